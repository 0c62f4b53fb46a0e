package io.bactrian.access;

/** A request was made without the lease it needs. */
public final class LeaseException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean heldByAnother;

    LeaseException(String message, boolean heldByAnother) {
        super(message);
        this.heldByAnother = heldByAnother;
    }

    /** Whether another sender holds the lease; false if nobody does, or the caller itself by another name. */
    public boolean isHeldByAnother() {
        return heldByAnother;
    }
}
