package io.bactrian.wire;

import java.io.IOException;

/** The server at the target's address is not a Bactrian target. */
public final class StrangeAnswerException extends IOException {
    private static final long serialVersionUID = 1L;

    public StrangeAnswerException(String message) {
        super(message);
    }
}
