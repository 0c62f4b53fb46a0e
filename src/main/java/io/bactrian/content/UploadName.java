package io.bactrian.content;

import java.util.regex.Pattern;

import io.bactrian.tree.Digest;

/**
 * The ids of uploads: digest and size of the content, or a key and the size until the digest is known. Safe in a URL.
 */
final class UploadName {
    private static final Pattern NAME = Pattern.compile("(?:key-)?[0-9a-f]{64}-[0-9]{1,19}");

    private UploadName() {
    }

    static String of(Digest digest, long size) {
        return digest + "-" + size;
    }

    static String ofKey(Digest key, long size) {
        return "key-" + of(key, size);
    }

    static boolean isValid(String name) {
        return NAME.matcher(name).matches();
    }

    /** The size in a valid id. */
    static long size(String name) {
        return Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
    }
}
