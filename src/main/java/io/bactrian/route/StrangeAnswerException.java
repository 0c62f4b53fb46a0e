package io.bactrian.route;

import java.io.IOException;

/** Somebody answers at the target's address who is no Bactrian. */
final class StrangeAnswerException extends IOException {
    private static final long serialVersionUID = 1L;

    StrangeAnswerException(String message) {
        super(message);
    }
}
