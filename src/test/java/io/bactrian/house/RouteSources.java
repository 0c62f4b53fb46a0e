package io.bactrian.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files below {@code routes/}, as they are in the source tree. */
public final class RouteSources {
    private RouteSources() {
    }

    /** Their text by their path below {@code routes/}, sorted. */
    public static Map<Path, String> texts() {
        Path routes = Path.of("routes");
        Map<Path, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(routes)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                texts.put(routes.relativize(file), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }
}
