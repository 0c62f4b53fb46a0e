package io.bactrian.watch;

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
 * The mount points below a root. No event reports that something was mounted over a directory, and an unmount is
 * reported only for the last mount of a file system; Linux lists all mounts in a small file. Where that does not exist,
 * nothing ever changes. Thread-safe.
 */
final class Mounts {
    private static final Logger LOG = LoggerFactory.getLogger(Mounts.class);

    /** Index of the mount point in a line's fields: mount id, parent id, device, root, mount point; see proc(5). */
    private static final int MOUNT_POINT = 4;

    private final Registrar registrar;
    private Path root = Path.of("");
    private byte[] read = new byte[0];
    private Map<Path, Set<String>> mounted = Map.of();
    /** Sorted, so that parents come first. */
    private final Set<Path> changed = new TreeSet<>();
    private Optional<MountTable> table = Optional.empty();
    private boolean closed;

    Mounts(Registrar registrar) {
        this.registrar = registrar;
    }

    /** Sets the real path to look below, and takes the current mounts as known. Call it before watching begins. */
    synchronized void below(Path other) {
        root = other;
        read = new byte[0];
        mounted = Map.of();
        look();
        changed.clear();
    }

    /** The mount points, relative to the root, where something was mounted or unmounted since the last call. */
    synchronized List<Path> changed() {
        look();
        List<Path> all = List.copyOf(changed);
        changed.clear();
        return all;
    }

    /**
     * Reads the mounts at every change, so that {@link #changed} includes short-lived ones. Returns once this is
     * closed, or at once where the system does not report changes.
     */
    void follow() {
        try (MountTable opened = new MountTable(registrar.mounts())) {
            if (canFollow(opened)) {
                do {
                    look();
                } while (opened.awaitChange());
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.debug("Mounts are not monitored, only read on demand", e);
        }
    }

    private synchronized boolean canFollow(MountTable opened) {
        table = Optional.of(opened);
        return !closed;
    }

    /** Makes {@link #follow} return soon. */
    synchronized void close() {
        closed = true;
        table.ifPresent(MountTable::stop);
    }

    private synchronized void look() {
        byte[] now;
        try {
            now = Files.readAllBytes(registrar.mounts());
        } catch (IOException e) {
            LOG.debug("Cannot read the mount table", e);
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

    /** Decodes blanks, tabs, line breaks and backslashes, which are written as three octal digits; names are bytes. */
    private static String unescaped(String field) {
        return new String(field.translateEscapes().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
