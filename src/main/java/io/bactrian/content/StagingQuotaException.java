package io.bactrian.content;

import java.io.IOException;

/** The uploads that wait have all the room that they may have. */
public final class StagingQuotaException extends IOException {
    private static final long serialVersionUID = 1L;

    StagingQuotaException(String message) {
        super(message);
    }
}
