package io.bactrian.content;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.tree.AllocatedSize;

/**
 * What waits in a staging directory: for people, and not exact while it changes.
 *
 * @param uploads contents that have arrived in part, or wholly and are not named yet
 * @param bytes   of all files there, without their holes
 */
public record StagingUsage(int uploads, long bytes) {
    /** Looks at the directory, which need not be there. */
    public static StagingUsage of(Path directory) {
        int uploads = 0;
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                uploads += file.getFileName().toString().endsWith(Staging.RECORD) ? 1 : 0;
                bytes += Math.min(AllocatedSize.bytes(file), file.toFile().length());
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Not there, or going away at this moment: then there is nothing.
        }
        return new StagingUsage(uploads, bytes);
    }
}
