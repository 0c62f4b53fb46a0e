package io.bactrian.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/** How long ago a file was written to. */
final class FileAge {
    private FileAge() {
    }

    /**
     * The age of a file by the clock of this process; negative if it was written in the future. Such a file is given the
     * time of now, for one that is waited for until the clock has caught up with it might never be old. What is gone has
     * none: zero.
     */
    static Duration of(Path file) throws IOException {
        try {
            Instant now = Instant.now();
            Duration age = Duration.between(Files.getLastModifiedTime(file).toInstant(), now);
            if (age.isNegative()) {
                Files.setLastModifiedTime(file, FileTime.from(now));
            }
            return age;
        } catch (NoSuchFileException e) {
            return Duration.ZERO;
        }
    }
}
