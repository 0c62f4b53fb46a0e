package io.bactrian.change;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** A file of which a read gives more or fewer bytes than its stat says, though it does not change: those of /proc and /sys. */
public final class OddSize {
    private OddSize() {
    }

    /** What is wrong and what helps, for a person. */
    static String what(long size, boolean more) {
        return "its size is said to be " + size + " bytes, but there are " + (more ? "more" : "fewer")
                + ", as the files of /proc and /sys have it; leave it out (--exclude)";
    }

    /** The same of one that has fewer, as an exception. */
    public static IOException shorter(String path, long size) {
        return new FileSystemException(path, null, what(size, false));
    }
}
