package io.bactrian.replica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.bactrian.change.Change;
import io.bactrian.content.Staging;
import io.bactrian.index.Index;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.replica.write.Outcome;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;

/** A replica in its own directory, with short methods for changes. */
public final class Workbench implements AutoCloseable {
    public static final long THEN = 1_600_000_000_123_456_789L;

    public final Path root;
    public final Index index = Index.inMemory();
    public final Staging staging;
    public final Replica replica;

    public Workbench(Path root) throws IOException {
        this(root, false, true);
    }

    public Workbench(Path root, boolean keepSetuid, boolean links) throws IOException {
        this.root = root.toRealPath();
        staging = new Staging(this.root.resolve(".bactrian/staging"));
        replica = new Replica(TargetSettings.of("test", this.root, Map.of(Property.TARGET_FSYNC, "none",
                Property.TARGET_KEEP_SETUID, Boolean.toString(keepSetuid), Property.TARGET_LINKS, Boolean.toString(links))), index, staging);
        replica.scan();
    }

    public static Change.WriteFile file(String path, String content) {
        return file(path, content, 0644, THEN);
    }

    public static Change.WriteFile file(String path, String content, int mode, long modified) {
        byte[] bytes = bytes(content);
        return new Change.WriteFile(path, mode, Time.ofNanos(modified), bytes.length, Digest.of(bytes), Optional.of(bytes));
    }

    /** A file without inline content. */
    public static Change.WriteFile named(Change.WriteFile file) {
        return new Change.WriteFile(file.path(), file.mode(), file.modified(), file.size(), file.digest(),
                Optional.empty());
    }

    public static Change.MakeDirectory dir(String path) {
        return dir(path, 0755, THEN);
    }

    public static Change.MakeDirectory dir(String path, int mode, long modified) {
        return new Change.MakeDirectory(path, mode, Time.ofNanos(modified));
    }

    public static Change.MakeLink link(String path, String target) {
        return new Change.MakeLink(path, Time.ofNanos(THEN), target);
    }

    public static Change.Move move(String from, String to) {
        return new Change.Move(from, to);
    }

    public static Change.Move exchange(String one, String other) {
        return new Change.Move(one, other, List.of(one));
    }

    public static Change.Remove remove(String path) {
        return new Change.Remove(path);
    }

    public static byte[] bytes(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }

    /** Applies a batch; a removal prunes. */
    public List<Outcome> apply(Change... changes) throws ChangeFailedException, IOException {
        return apply(replica, changes);
    }

    public static List<Outcome> apply(Replica replica, Change... changes) throws ChangeFailedException, IOException {
        List<Outcome> outcomes = new ArrayList<>();
        try (Batch batch = replica.begin()) {
            for (Change change : changes) {
                outcomes.add(apply(batch, change));
            }
        }
        return outcomes;
    }

    public static Outcome apply(Batch batch, Change change) throws ChangeFailedException {
        if (change instanceof Change.WriteFile file) {
            return batch.write(file);
        } else if (change instanceof Change.MakeDirectory directory) {
            return batch.make(directory);
        } else if (change instanceof Change.MakeLink link) {
            return batch.link(link);
        } else if (change instanceof Change.Move move) {
            return batch.move(move);
        }
        return batch.prune((Change.Remove) change);
    }

    public void upload(String content) throws IOException {
        byte[] bytes = bytes(content);
        Staging.Upload upload = staging.open(Digest.of(bytes), bytes.length);
        staging.write(upload.id(), 0, ByteBuffer.wrap(bytes));
    }

    public Path at(String path) {
        return root.resolve(path);
    }

    public Stat stat(String path) throws IOException {
        return Stat.of(at(path)).orElseThrow(() -> new AssertionError(path + " does not exist"));
    }

    /** The content of an index built by scanning the directory only. */
    public Digest fresh() throws IOException {
        try (Index other = Index.inMemory()) {
            new Replica(TargetSettings.of("test", root, Map.of(Property.TARGET_FSYNC, "none")), other, staging).scan();
            return other.digest("");
        }
    }

    /** The staged files; the directory exists only while there are some. */
    public List<Path> staged() throws IOException {
        Path staging = root.resolve(".bactrian/staging");
        if (!Files.exists(staging)) {
            return List.of();
        }
        try (var files = Files.list(staging)) {
            return files.toList();
        }
    }

    @Override
    public void close() {
        index.close();
    }
}
