package io.bactrian.index;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import io.bactrian.tree.TreePath;

/** A simple model of the index: a map, with digests computed from scratch each time. */
final class IndexModel {
    static final Comparator<String> BYTES = (a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b));

    final Map<String, IndexEntry> entries = new TreeMap<>(BYTES);

    IndexModel copy() {
        IndexModel copy = new IndexModel();
        copy.entries.putAll(entries);
        return copy;
    }

    void put(IndexEntry held) {
        IndexEntry before = entries.put(held.path(), held);
        if (before != null && before.entry() instanceof Entry.Directory && !(held.entry() instanceof Entry.Directory)) {
            entries.keySet().removeIf(path -> path.startsWith(held.path() + "/"));
        }
    }

    void remove(String path) {
        entries.keySet().removeIf(other -> path.isEmpty() || other.equals(path) || other.startsWith(path + "/"));
    }

    void move(String from, String to) {
        if (!entries.containsKey(from)) {
            return;
        }
        remove(to);
        List<IndexEntry> moved = entries.values().stream()
                .filter(held -> held.path().equals(from) || held.path().startsWith(from + "/")).toList();
        remove(from);
        for (IndexEntry held : moved) {
            String path = to + held.path().substring(from.length());
            entries.put(path, new IndexEntry(held.entry().at(path), held.changed(), held.inode()));
        }
    }

    List<IndexEntry> children(String directory) {
        return entries.values().stream()
                .filter(held -> !held.path().isEmpty() && TreePath.parent(held.path()).equals(directory))
                .sorted(Comparator.comparing(held -> TreePath.name(held.path()), BYTES)).toList();
    }

    Digest digest(String path) {
        if (!entries.containsKey(path) || !(entries.get(path).entry() instanceof Entry.Directory directory)) {
            return Digest.of(new byte[0]);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(directory.mode());
            write(directory.modified(), out);
            for (IndexEntry child : children(path)) {
                write(child.entry(), out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Digest.of(bytes.toByteArray());
    }

    Map<String, Digest> directoryDigests(String path) {
        Map<String, Digest> digests = new LinkedHashMap<>();
        for (IndexEntry child : children(path)) {
            if (child.entry() instanceof Entry.Directory) {
                digests.put(TreePath.name(child.path()), digest(child.path()));
            }
        }
        return digests;
    }

    private static void write(Time time, DataOutputStream out) throws IOException {
        out.writeLong(time.nanosSinceEpoch());
        if (!time.fitsNanos()) {
            out.writeLong(time.seconds());
            out.writeInt(time.nanos());
        }
    }

    private void write(Entry entry, DataOutputStream out) throws IOException {
        byte[] name = utf8(TreePath.name(entry.path()));
        out.write(entry instanceof Entry.File ? 'f' : entry instanceof Entry.Directory ? 'd' : 'l');
        out.writeInt(name.length);
        out.write(name);
        if (entry instanceof Entry.File file) {
            out.writeInt(file.mode());
            write(file.modified(), out);
            out.writeLong(file.size());
            out.write(file.digest().bytes());
        } else if (entry instanceof Entry.Link link) {
            write(link.modified(), out);
            out.writeInt(utf8(link.target()).length);
            out.write(utf8(link.target()));
        } else {
            out.write(digest(entry.path()).bytes());
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
