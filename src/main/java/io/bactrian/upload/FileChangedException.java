package io.bactrian.upload;

import java.io.IOException;

/** A file changed after its upload began. */
public final class FileChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    public FileChangedException(String message) {
        super(message);
    }
}
