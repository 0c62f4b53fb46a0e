package io.bactrian.content;

import java.io.IOException;

/** A part exceeds the size that was announced when the upload was opened. */
public final class PartOutOfRangeException extends IOException {
    private static final long serialVersionUID = 1L;

    PartOutOfRangeException(long offset, long length, long size) {
        super("a part of " + length + " bytes at offset " + offset + " exceeds the upload of " + size
                + " bytes: open an upload of the right size");
    }
}
