package io.bactrian.watch;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * A directory as the {@code path} of a {@link FileWatch}. Camel reads a path as part of a URI, in which question marks,
 * braces, quotes and spaces at the ends mean something: a name that has one is written as {@code utf8:} and the
 * hexadecimal digits of its bytes. Stateless.
 */
public final class EndpointPath {
    private static final String ENCODED = "utf8:";

    private EndpointPath() {
    }

    /** @param directory an absolute one, which no encoded one is mistaken for */
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
