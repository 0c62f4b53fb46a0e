package io.bactrian.access;

/** A caller was refused. The message is meant for that caller and contains no token. */
public final class AccessRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the caller can do about it. */
    public enum Kind {
        /** No token was sent: send one. */
        NO_TOKEN,
        /** The token is invalid: send another one. */
        BAD_TOKEN,
        /** The token lacks the right: ask for it. */
        NO_RIGHT,
        /** It cannot be verified at the moment: try again later. */
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
