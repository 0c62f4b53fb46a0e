package io.bactrian.change;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.bactrian.content.Digest;
import io.bactrian.tree.Stat;

/** The large contents on their way to one target. Thread-safe. */
public final class Uploads {

    /**
     * A content that the target has.
     *
     * @param stat   the file's stat when it was read
     * @param moving whether the file never stood still, so that this is what it held at some moment
     */
    public record Staged(Stat stat, Digest digest, boolean moving) {
    }

    private final Map<String, Stat> underWay = new HashMap<>();
    private final Map<String, Staged> staged = new HashMap<>();

    /** Whether to begin one: not while one for the same path is under way. */
    public synchronized boolean begin(String path, Stat stat) {
        return underWay.putIfAbsent(path, stat) == null;
    }

    /** The target has the content. */
    public synchronized void done(String path, Staged content) {
        underWay.remove(path);
        staged.put(path, content);
    }

    /** It has not: the file changed, or the target is away. */
    public synchronized void failed(String path) {
        underWay.remove(path);
    }

    /** The content of a file with this stat, if the target has it. */
    public synchronized Optional<Staged> staged(String path, Stat stat) {
        return Optional.ofNullable(staged.get(path)).filter(is -> is.moving() || is.stat().sameContent(stat));
    }

    /** Forgets a content that a change has named, or that the target turned out not to have. */
    public synchronized void forget(String path) {
        staged.remove(path);
    }

    /** The size of those that are under way, together. */
    public synchronized long bytes() {
        return underWay.values().stream().mapToLong(Stat::size).sum();
    }

    /** How many are under way. */
    public synchronized int underWay() {
        return underWay.size();
    }
}
