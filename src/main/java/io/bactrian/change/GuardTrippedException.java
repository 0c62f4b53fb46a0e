package io.bactrian.change;

/** The removals exceed the limit; they wait for approval. */
public final class GuardTrippedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient RemovalSummary removals;

    public GuardTrippedException(RemovalSummary removals) {
        this("guard tripped: this would remove " + removals, removals);
    }

    public GuardTrippedException(String message, RemovalSummary removals) {
        super(message);
        this.removals = removals;
    }

    public RemovalSummary removals() {
        return removals;
    }
}
