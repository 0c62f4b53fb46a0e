package io.bactrian.content;

import java.io.File;
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
        File[] files = directory.toFile().listFiles();
        for (File file : files == null ? new File[0] : files) {
            uploads += file.getName().endsWith(Staging.RECORD) ? 1 : 0;
            bytes += Math.min(Statx.allocated(file.toPath()), file.length());
        }
        return new StagingUsage(uploads, bytes);
    }
}
