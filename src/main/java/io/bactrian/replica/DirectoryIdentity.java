package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Which directory it is: another after it was deleted, or replaced, or its file system unmounted. Immutable. */
record DirectoryIdentity(Object key) {
    private static final Object NOTHING = "";

    static DirectoryIdentity of(Path directory) {
        try {
            Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
            return new DirectoryIdentity(key == null ? directory : key);
        } catch (IOException e) {
            return new DirectoryIdentity(NOTHING);
        }
    }

    /** Whether it is what stands there now. */
    boolean isThat(Path directory) {
        return equals(of(directory));
    }
}
