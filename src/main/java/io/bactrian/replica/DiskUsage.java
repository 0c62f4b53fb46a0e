package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.content.StagingUsage;

/**
 * What Bactrian's own folder takes of a target's disk: for people, and not exact while it changes. The trash, which alone
 * may have many directories, counts itself now and then.
 *
 * @param index   bytes of it, with its journal, and with one that was found damaged and is kept
 * @param reserve bytes that are kept for when the disk is full
 * @param trash   bytes of what was removed or replaced
 */
public record DiskUsage(StagingUsage staging, long index, long reserve, long trash) {
    /**
     * Looks at the folder, which need not be there.
     *
     * @param trash bytes that the trash has
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
            // Not there, or going away at this moment: then there is nothing.
        }
        return bytes;
    }

    /** All of it, in bytes. */
    public long all() {
        return staging.bytes() + index + reserve + trash;
    }
}
