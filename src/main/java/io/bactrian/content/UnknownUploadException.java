package io.bactrian.content;

import java.io.IOException;

/** No upload with this id waits here: never begun, already used, or swept away. */
public final class UnknownUploadException extends IOException {
    private static final long serialVersionUID = 1L;

    UnknownUploadException() {
        super("no such upload: open it again");
    }
}
