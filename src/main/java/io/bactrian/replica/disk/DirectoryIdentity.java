package io.bactrian.replica.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Identifies a directory: it differs after the directory was deleted or replaced, or its file system was unmounted.
 * Immutable.
 */
public record DirectoryIdentity(Object key) {
    private static final Object NOTHING = "";

    /** The identity of what is at a path now. */
    public static DirectoryIdentity of(Path directory) {
        try {
            Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
            return new DirectoryIdentity(key == null ? directory : key);
        } catch (IOException e) {
            return new DirectoryIdentity(NOTHING);
        }
    }

    /** Whether this directory is still at the path. */
    public boolean isThat(Path directory) {
        return equals(of(directory));
    }
}
