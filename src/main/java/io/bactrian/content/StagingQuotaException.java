package io.bactrian.content;

import java.io.IOException;

/** The pending uploads have reached the quota. */
public final class StagingQuotaException extends IOException {
    private static final long serialVersionUID = 1L;

    StagingQuotaException(String message) {
        super(message);
    }
}
