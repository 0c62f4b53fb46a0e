package io.bactrian.wire;

import java.io.IOException;

/** Somebody answers at the target's address who is no Bactrian. */
public final class StrangeAnswerException extends IOException {
    private static final long serialVersionUID = 1L;

    public StrangeAnswerException(String message) {
        super(message);
    }
}
