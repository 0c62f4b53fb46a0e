package io.bactrian.benchmark.row;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.bactrian.benchmark.place.Pause;

/**
 * Files that the target will have, by size and modification time, and paths that it will not have any more. Waiting for
 * them takes next to no time from those that are measured: only the first that is not there yet is looked at again.
 * Contents are not read; that is the {@link Referee}'s work, outside of the clock. Immutable.
 */
final class Expected {
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final Duration SHORTEST = Duration.ofNanos(500_000);
    private static final Duration LONGEST = Duration.ofMillis(4);

    private static final long ANY = -1;

    private record Line(String path, long size, long seconds) {
        boolean is(BasicFileAttributes file) {
            return file.isRegularFile() && file.size() == size && (seconds == ANY || seconds == secondsOf(file));
        }
    }

    private final List<Line> here;
    private final List<String> gone;

    private Expected(List<Line> here, List<String> gone) {
        this.here = List.copyOf(here);
        this.gone = List.copyOf(gone);
    }

    /** All files at or below this path, as they are now; no others are missed. */
    static Expected of(Path root, String path) throws IOException {
        List<Line> lines = new ArrayList<>();
        try (Stream<Path> all = Files.walk(root.resolve(path))) {
            for (Path file : (Iterable<Path>) all::iterator) {
                BasicFileAttributes is = read(file);
                if (is.isRegularFile()) {
                    lines.add(new Line(root.relativize(file).toString(), is.size(), secondsOf(is)));
                }
            }
        }
        return new Expected(lines, List.of());
    }

    /** New files, by their sizes alone. */
    static Expected ofNew(Map<String, Long> sizes) {
        return new Expected(sizes.entrySet().stream().map(file -> new Line(file.getKey(), file.getValue(), ANY))
                .toList(), List.of());
    }

    /** The same below another directory. */
    Expected moved(String from, String to) {
        return new Expected(here.stream().map(line -> new Line(to + line.path().substring(from.length()), line.size(),
                line.seconds())).toList(), gone);
    }

    /** The same, and this is not there any more. */
    Expected without(String path) {
        List<String> more = new ArrayList<>(gone);
        more.add(path);
        return new Expected(here, more);
    }

    /** Sees to it that nobody has begun before the clock. */
    void checkNoneIn(Path target) throws IOException {
        for (Line line : here) {
            if (Files.exists(target.resolve(line.path()), LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(line.path() + " is on the target before the clock has started");
            }
        }
    }

    /** Waits until the target has them all. */
    void await(Path target) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (Line line : here) {
            await(line.path(), end, () -> isThere(target.resolve(line.path()), line));
        }
        for (String path : gone) {
            await(path, end, () -> !Files.exists(target.resolve(path), LinkOption.NOFOLLOW_LINKS));
        }
    }

    private interface Look {
        boolean sees() throws IOException;
    }

    private static void await(String path, long end, Look look) throws IOException {
        Duration pause = SHORTEST;
        while (!look.sees()) {
            if (System.nanoTime() > end) {
                throw new IOException(path + " is not as it should be after " + PATIENCE.toMinutes() + " minutes");
            }
            Pause.of(pause);
            pause = pause.compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        }
    }

    private static boolean isThere(Path file, Line line) throws IOException {
        try {
            return line.is(read(file));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static long secondsOf(BasicFileAttributes file) {
        return file.lastModifiedTime().to(TimeUnit.SECONDS);
    }

    private static BasicFileAttributes read(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
