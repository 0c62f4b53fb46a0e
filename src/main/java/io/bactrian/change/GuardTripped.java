package io.bactrian.change;

/** Too much would be removed at once: nothing is, until a person says that it is meant. */
public final class GuardTripped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Loss loss;

    public GuardTripped(Loss loss) {
        this("guard tripped: this would remove " + loss, loss);
    }

    public GuardTripped(String message, Loss loss) {
        super(message);
        this.loss = loss;
    }

    public Loss loss() {
        return loss;
    }
}
