package io.bactrian.replica.disk;

import java.io.File;
import java.nio.file.Path;
import java.util.stream.Stream;

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
        File[] files = own.toFile().listFiles((directory, name) -> name.startsWith("index.db"));
        return files == null ? 0 : Stream.of(files).mapToLong(File::length).sum();
    }

    /** The sum, in bytes. */
    public long all() {
        return staging.bytes() + index + reserve + trash;
    }
}
