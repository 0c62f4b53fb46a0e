package io.bactrian.watch;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Encodes a directory as the {@code path} of a {@link FileWatch} endpoint. Camel reads a path as part of a URI, where
 * question marks, braces, quotes, and spaces at the ends have a meaning. Names with such characters are written as
 * {@code utf8:} and the hexadecimal digits of their bytes. Stateless.
 */
public final class EndpointPath {
    private static final String ENCODED = "utf8:";

    private EndpointPath() {
    }

    /** @param directory an absolute path, which cannot be mistaken for an encoded one */
    public static String write(Path directory) {
        String text = directory.toString();
        return text.matches("[\\p{L}\\p{N}/._-]+") ? text
                : ENCODED + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    static Path read(String path) {
        return Path.of(path.matches(ENCODED + "([0-9a-f]{2})+")
                ? new String(HexFormat.of().parseHex(path.substring(ENCODED.length())), StandardCharsets.UTF_8) : path);
    }
}
