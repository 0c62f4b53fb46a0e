package io.bactrian.content;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.tree.Statx;

/**
 * The content of a staging directory. For people; approximate while it changes.
 *
 * @param uploads partial contents, and complete ones that no change has referred to yet
 * @param bytes   allocated by all files, without their holes
 */
public record StagingUsage(int uploads, long bytes) {
    /** Measures the directory, which need not exist. */
    public static StagingUsage of(Path directory) {
        int uploads = 0;
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                uploads += file.getFileName().toString().endsWith(Staging.RECORD) ? 1 : 0;
                bytes += Math.min(Statx.allocated(file), file.toFile().length());
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The directory does not exist or is just being removed.
        }
        return new StagingUsage(uploads, bytes);
    }
}
