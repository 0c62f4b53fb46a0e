package io.bactrian.upload;

import java.util.Optional;

import io.bactrian.plan.Work;

/** A large file that a sender stages on a target: the file as it was queued, and its content once it was read. For one sender. */
public final class FileUpload {
    private final Work.Upload file;
    private Optional<ContentUpload> content = Optional.empty();
    private boolean ended;

    public FileUpload(Work.Upload file) {
        this.file = file;
    }

    public Work.Upload file() {
        return file;
    }

    public String path() {
        return file.path();
    }

    /** The upload of the content; empty if it has not begun, or if nothing is to be sent. */
    public Optional<ContentUpload> begun() {
        return content;
    }

    /**
     * The upload of the content.
     *
     * @throws java.util.NoSuchElementException if it has not begun
     */
    public ContentUpload content() {
        return content.orElseThrow();
    }

    public void begin(ContentUpload upload) {
        content = Optional.of(upload);
    }

    /** Notes that the upload is over, for whatever reason. */
    public void end() {
        ended = true;
    }

    public boolean isEnded() {
        return ended;
    }
}
