package io.bactrian.replica.disk;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.content.StagingUsage;

/**
 * The disk space that Bactrian's own folder takes. For people; approximate while it changes. The trash, which may have
 * many directories, counts itself from time to time.
 *
 * @param index   bytes of the index, its journal, and a damaged index that was kept
 * @param reserve bytes reserved for a full disk
 * @param trash   bytes of removed and replaced files
 */
public record DiskUsage(StagingUsage staging, long index, long reserve, long trash) {
    /**
     * Measures the folder, which need not exist.
     *
     * @param trash bytes in the trash
     */
    public static DiskUsage of(Path own, long trash) {
        return new DiskUsage(StagingUsage.of(own.resolve("staging")), index(own), own.resolve("reserve/space").toFile().length(), trash);
    }

    private static long index(Path own) {
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(own, "index.db*")) {
            for (Path file : files) {
                bytes += file.toFile().length();
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The folder does not exist or is just being removed.
        }
        return bytes;
    }

    /** The sum, in bytes. */
    public long all() {
        return staging.bytes() + index + reserve + trash;
    }
}
