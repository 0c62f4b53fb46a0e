package io.bactrian.benchmark.place;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a benchmark leaves that was killed before it could clean up; it is known by its name. Stateless. */
public final class Leftover {
    private static final String PREFIX = "bactrian-benchmark-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)(-.*)?");

    private Leftover() {
    }

    /** A name that says that it is this process's. */
    public static String ownName() {
        return PREFIX + ProcessHandle.current().pid();
    }

    /** What is in this directory and belongs to a benchmark that does not run any more. */
    public static List<Path> in(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(Leftover::isOwnerless).toList();
        }
    }

    private static boolean isOwnerless(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
    }
}
