package io.bactrian.watch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is mounted below a root. No event tells that something was mounted over a directory, and of what is unmounted
 * only that its last mount is gone; Linux has a small file that says. Where there is none, nothing ever changes.
 * Thread-safe.
 */
final class Mounts {
    private static final Logger LOG = LoggerFactory.getLogger(Mounts.class);

    /** Of a line's fields, see proc(5): the mount's id, its parent's, the device, the root in it, and the mount point. */
    private static final int MOUNT_POINT = 4;

    private final Registrar registrar;
    private Path root = Path.of("");
    private byte[] read = new byte[0];
    private Map<Path, Set<String>> mounted = Map.of();
    /** In the order of their paths, so that what is above comes first. */
    private final Set<Path> changed = new TreeSet<>();
    private Optional<MountTable> table = Optional.empty();
    private boolean closed;

    Mounts(Registrar registrar) {
        this.registrar = registrar;
    }

    /** What is mounted below this real path from now on is what was there before; to be called before it is watched. */
    synchronized void below(Path other) {
        root = other;
        read = new byte[0];
        mounted = Map.of();
        look();
        changed.clear();
    }

    /** The mount points, relative to the root, at which something was mounted or unmounted since this was last asked. */
    synchronized List<Path> changed() {
        look();
        List<Path> all = List.copyOf(changed);
        changed.clear();
        return all;
    }

    /**
     * Looks whenever something is mounted or unmounted, so that {@link #changed} tells also of what was mounted and
     * unmounted between two questions: returns once this is closed, at once where the system does not tell.
     */
    void follow() {
        try (MountTable opened = new MountTable(registrar.mounts())) {
            if (canFollow(opened)) {
                do {
                    look();
                } while (opened.awaitChange());
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.debug("What is mounted is looked at only when it is asked for", e);
        }
    }

    private synchronized boolean canFollow(MountTable opened) {
        table = Optional.of(opened);
        return !closed;
    }

    /** Ends {@link #follow} soon. */
    synchronized void close() {
        closed = true;
        table.ifPresent(MountTable::stop);
    }

    private synchronized void look() {
        byte[] now;
        try {
            now = Files.readAllBytes(registrar.mounts());
        } catch (IOException e) {
            LOG.debug("What is mounted cannot be read", e);
            return;
        }
        if (Arrays.equals(now, read)) {
            return;
        }
        Map<Path, Set<String>> before = mounted;
        mounted = parse(new String(now, StandardCharsets.ISO_8859_1));
        read = now;
        Stream.concat(before.keySet().stream(), mounted.keySet().stream())
                .filter(path -> !before.getOrDefault(path, Set.of()).equals(mounted.getOrDefault(path, Set.of())))
                .forEach(changed::add);
    }

    private Map<Path, Set<String>> parse(String lines) {
        Map<Path, Set<String>> found = new HashMap<>();
        lines.lines().forEach(line -> {
            String[] fields = line.split(" ", MOUNT_POINT + 2);
            if (fields.length > MOUNT_POINT) {
                Path point = Path.of(unescaped(fields[MOUNT_POINT]));
                if (point.startsWith(root) && !point.equals(root)) {
                    found.computeIfAbsent(root.relativize(point), path -> new HashSet<>())
                            .add(String.join(" ", Arrays.asList(fields).subList(0, MOUNT_POINT)));
                }
            }
        });
        return found;
    }

    /** Blanks, tabs, line breaks and backslashes are there as three octal digits; names are bytes. */
    private static String unescaped(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < field.length(); at++) {
            char next = field.charAt(at);
            if (next == '\\' && at + 3 < field.length()) {
                bytes.write(Integer.parseInt(field.substring(at + 1, at + 4), 8));
                at += 3;
            } else {
                bytes.write(next);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
