package io.bactrian.route;

import java.io.IOException;

/** A file is not what it was when its sending began. */
final class FileChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    FileChangedException(String message) {
        super(message);
    }
}
