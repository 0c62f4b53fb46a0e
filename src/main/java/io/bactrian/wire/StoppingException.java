package io.bactrian.wire;

import java.util.concurrent.RejectedExecutionException;

/** The process is stopping; requests are left to the next run. */
public final class StoppingException extends RejectedExecutionException {
    private static final long serialVersionUID = 1L;

    public StoppingException() {
        super("this process is stopping");
    }
}
