package io.bactrian.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/** The time since a file was last written. */
final class FileAge {
    private FileAge() {
    }

    /**
     * The age by this process's clock. A modification time in the future gives a negative age and is set to now,
     * because otherwise the file might never become old enough for whoever waits for that. Zero if the file does not
     * exist.
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
