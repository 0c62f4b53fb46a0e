package io.bactrian.content;

import java.io.IOException;

/** There is no upload with this id: it was never opened, was used already, or was discarded. */
public final class UnknownUploadException extends IOException {
    private static final long serialVersionUID = 1L;

    UnknownUploadException() {
        super("unknown upload: open it again");
    }
}
