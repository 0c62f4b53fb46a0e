package io.bactrian.compare;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** A file that yields more or fewer bytes than its stat says although it does not change, as files in /proc and /sys do. */
public final class SizeMismatch {
    private SizeMismatch() {
    }

    /** The explanation for people. */
    static String explanation(long size, boolean more) {
        return "its size is reported as " + size + " bytes, but it has " + (more ? "more" : "fewer")
                + ", as files in /proc and /sys do; exclude it (--exclude)";
    }

    /** The exception for a file with fewer bytes. */
    public static IOException shorter(String path, long size) {
        return new FileSystemException(path, null, explanation(size, false));
    }
}
