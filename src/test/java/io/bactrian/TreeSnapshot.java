package io.bactrian;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import io.bactrian.tree.TreePath;

/**
 * A directory as it was at one moment: per relative path the type, mode, modification time, content or link
 * target. Bactrian's own folder at the root is left out. Links are never followed. Immutable.
 */
public record TreeSnapshot(SortedMap<String, Node> nodes) {

    /** What is at one path; {@code content} is a digest, a link's target, or empty. Links have no mode. */
    public record Node(Stat.Kind kind, int mode, Time modified, long size, String content) {
        @Override
        public String toString() {
            String time = modified.toString();
            return switch (kind) {
                case FILE -> "file %04o %s %d bytes %.12s".formatted(mode, time, size, content);
                case DIRECTORY -> "directory %04o %s%s".formatted(mode, time, content);
                case LINK -> "link %s -> %s".formatted(time, content);
                case OTHER -> "other %04o %s".formatted(mode, time);
            };
        }
    }

    public TreeSnapshot {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    }

    /** Looks at everything below the directory, and at the directory itself under {@code ""}. */
    public static TreeSnapshot of(Path directory) {
        SortedMap<String, Node> nodes = new TreeMap<>();
        try {
            add(directory, TreePath.ROOT, nodes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TreeSnapshot(nodes);
    }

    /** Without FIFOs, sockets and devices. */
    public TreeSnapshot withoutSpecial() {
        SortedMap<String, Node> others = new TreeMap<>(nodes);
        others.values().removeIf(node -> node.kind() == Stat.Kind.OTHER);
        return new TreeSnapshot(others);
    }

    /** The relative paths below the root, in order. */
    public List<String> paths() {
        return nodes.keySet().stream().filter(path -> !path.isEmpty()).toList();
    }

    /** One line for each path that is not the same in both; empty if the trees are equal. */
    public List<String> differencesTo(TreeSnapshot expected) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> all = new TreeSet<>(nodes.keySet());
        all.addAll(expected.nodes.keySet());
        for (String path : all) {
            Node is = nodes.get(path);
            Node should = expected.nodes.get(path);
            String name = path.isEmpty() ? "(root)" : path;
            if (is == null) {
                differences.add("missing: " + name + ": " + should);
            } else if (should == null) {
                differences.add("extra:   " + name + ": " + is);
            } else if (!is.equals(should)) {
                differences.add("differs: " + name + ": is " + is + ", should be " + should);
            }
        }
        return differences;
    }

    private static void add(Path place, String path, Map<String, Node> nodes) throws IOException {
        Stat stat = Stat.of(place).orElseThrow(() -> new IOException(place + " is not there"));
        switch (stat.kind()) {
            case FILE -> nodes.put(path, node(stat, stat.size(), digest(place)));
            case LINK -> nodes.put(path,
                    new Node(stat.kind(), 0, stat.modified(), 0, Files.readSymbolicLink(place).toString()));
            case OTHER -> nodes.put(path, node(stat, 0, ""));
            case DIRECTORY -> addDirectory(place, path, stat, nodes);
        }
    }

    private static void addDirectory(Path place, String path, Stat stat, Map<String, Node> nodes)
            throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(place)) {
            nodes.put(path, node(stat, 0, ""));
            for (Path child : children) {
                String name = child.getFileName().toString();
                if (!path.isEmpty() || !name.equals(TreePath.OWN)) {
                    add(child, TreePath.child(path, name), nodes);
                }
            }
        } catch (AccessDeniedException e) {
            nodes.put(path, node(stat, 0, " (not readable)"));
        }
    }

    private static String digest(Path file) throws IOException {
        try {
            return Digest.of(Files.readAllBytes(file)).toString();
        } catch (AccessDeniedException e) {
            return "(not readable)";
        }
    }

    private static Node node(Stat stat, long size, String content) {
        return new Node(stat.kind(), stat.mode(), stat.modified(), size, content);
    }
}
