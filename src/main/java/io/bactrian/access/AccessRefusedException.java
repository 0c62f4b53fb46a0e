package io.bactrian.access;

/** Why a caller is not let in, in words for that caller: no token is in them. */
public final class AccessRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the caller can do about it. */
    public enum Kind {
        /** Show a token. */
        NO_TOKEN,
        /** Show another one. */
        BAD_TOKEN,
        /** Ask for the right. */
        NO_RIGHT,
        /** Come back later: it cannot be told now. */
        UNKNOWN
    }

    private final Kind kind;

    AccessRefusedException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
