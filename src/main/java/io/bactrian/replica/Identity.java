package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Which directory it is: another after it was deleted, or replaced, or its file system unmounted. Immutable. */
record Identity(Object key) {
    private static final Object NOTHING = "";

    static Identity of(Path directory) {
        try {
            Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
            return new Identity(key == null ? directory : key);
        } catch (IOException e) {
            return new Identity(NOTHING);
        }
    }

    /** Whether it is what stands there now. */
    boolean isThat(Path directory) {
        return equals(of(directory));
    }
}
