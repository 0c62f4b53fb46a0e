package io.bactrian.wire;

import java.io.IOException;

/** A body exceeds the limit when it is decoded. */
public final class BodyTooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    BodyTooLongException(int most) {
        super("the decoded body has more than " + most + " bytes");
    }
}
