package io.bactrian.cli;

import io.bactrian.settings.Settings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The names of the route files in the runnable jar. Camel can find them by a pattern, but then unpacks the whole jar
 * twice. Stateless.
 */
final class RouteFiles {
    private static final String DIRECTORY = "camel/";

    /** First, because Camel (4.18) makes all beans again, and destroys the first ones, if another file is before it. */
    private static final String BEANS = DIRECTORY + "beans.camel.yaml";

    private RouteFiles() {
    }

    /** The files for Camel to load; empty if this does not run from a jar, so that Camel has to search. */
    static Optional<String> pattern() throws IOException {
        CodeSource source = Settings.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Optional.empty();
        }
        try {
            return pattern(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Optional<String> pattern(Path jar) throws IOException {
        if (!Files.isRegularFile(jar)) {
            return Optional.empty();
        }
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            String names = zip.stream().map(ZipEntry::getName)
                    .filter(name -> name.startsWith(DIRECTORY) && name.indexOf('/', DIRECTORY.length()) < 0
                            && !name.equals(DIRECTORY))
                    .sorted(Comparator.comparing((String name) -> !name.equals(BEANS)).thenComparing(Comparator.naturalOrder()))
                    .map(name -> "classpath:" + name).collect(Collectors.joining(","));
            return Optional.of(names).filter(list -> !list.isEmpty());
        }
    }
}
