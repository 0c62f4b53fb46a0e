package io.bactrian.change;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * The large files that are being uploaded to one target: those that wait, those in progress, and those that are staged there
 * until a change names them. It bounds how many are sent at a time. Thread-safe.
 */
public final class Uploads {
    private static final int LIMIT = 10_000;

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
    private final Map<String, Staged> uncut = new LinkedHashMap<>();
    private final Map<String, Long> since = new HashMap<>();
    private final Set<String> again = new HashSet<>();
    private final Map<String, Object> claimed = new HashMap<>();
    private final Set<String> whole = new HashSet<>();
    private final Remains remains = new Remains();
    private final Queue<Work.Upload> waiting = new ArrayDeque<>();
    private final int most;
    private final Semaphore places;
    private final LongSupplier nanoTime;
    private int senders;

    /**
     * @param most  how many contents may be sent at the same time
     * @param parts how many parts of them
     */
    public Uploads(int most, int parts) {
        this(most, parts, System::nanoTime);
    }

    Uploads(int most, int parts, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.most = most;
        this.places = new Semaphore(parts);
    }

    /** Places for the parts that are sent at the same time, of all contents together. */
    public Semaphore places() {
        return places;
    }

    /**
     * Adds one to those that wait, unless one for the same path is under way. Tells whether a sender more is to be asked for,
     * because not so many are sent yet as may be; it takes its place by {@link #begin} when it comes.
     */
    public synchronized boolean queue(Work.Upload upload) {
        if (underWay.putIfAbsent(upload.path(), upload.stat()) == null) {
            waiting.add(upload);
            since.putIfAbsent(upload.path(), nanoTime.getAsLong());
        } else {
            again.add(upload.path());
        }
        return senders < most && !waiting.isEmpty();
    }

    /** A sender has come: takes a place, if there is one, and tells whether. What was to bring it here may have brought more. */
    public synchronized boolean begin() {
        boolean begins = senders < most && !waiting.isEmpty();
        senders += begins ? 1 : 0;
        return begins;
    }

    /** Takes the next that waits; with none, a sender is done. */
    public synchronized Optional<Work.Upload> next() {
        Optional<Work.Upload> next = Optional.ofNullable(waiting.poll());
        senders -= next.isPresent() ? 0 : 1;
        return next;
    }

    /**
     * Says what is about to be sent for a path, unless the same is being sent for another: then it can be copied
     * on the target soon. {@code content} is the digest, or the size of a content that is not known yet.
     */
    public synchronized boolean claim(String path, Object content) {
        return claimed.values().stream().noneMatch(content::equals) && claimed.put(path, content) == null;
    }

    /** Forgets those that wait, and tells which they were: the target is away. */
    public synchronized List<String> dropWaiting() {
        List<String> dropped = waiting.stream().map(Work.Upload::path).toList();
        underWay.keySet().removeAll(dropped);
        again.removeAll(dropped);
        waiting.clear();
        return dropped;
    }

    /** The target has the content; it is under way until it is {@link #ended}. */
    public synchronized void staged(String path, Staged content) {
        whole.remove(path);
        staged.put(path, content);
        remains.keep(path);
    }

    /**
     * An upload is open at the target for this path, under this name.
     *
     * @param same whether it is the one that was open for it before, perhaps under another name
     */
    public synchronized void opened(String path, String id, boolean same) {
        remains.lies(path, id, same);
    }

    /** What was sent for the path was removed at the target. */
    public synchronized void dropped(String path) {
        remains.gone(path);
    }

    /** Takes the names of uploads at the target that no change will name any more. */
    public synchronized List<String> takeIdle() {
        return remains.take();
    }

    /** One of them could not be removed for now. */
    public synchronized void stillIdle(String id) {
        remains.idle(id);
    }

    /**
     * One that was under way is so no more. Tells whether it was to be queued meanwhile: who compared the path then
     * relies on its being looked at again.
     */
    public synchronized boolean ended(String path) {
        underWay.remove(path);
        claimed.remove(path);
        remains.keep(path);
        return again.remove(path);
    }

    /** Who sent one has come to his end by a fault, and with him the one that he was at, if any. */
    public synchronized void abandoned(Optional<String> path) {
        senders = Math.max(0, senders - 1);
        path.ifPresent(this::ended);
    }

    /** What the target put together, or thought that it held, was not the content: the next for this path goes whole. */
    public synchronized void sendWhole(String path) {
        if (whole.size() < LIMIT) {
            whole.add(path);
        }
    }

    /** Whether the content for this path is to be sent whole. */
    public synchronized boolean isSentWhole(String path) {
        return whole.contains(path);
    }

    /**
     * What the target has been sent for this path, and no change has named yet. The file may be another by now: it is put
     * into place all the same, for nobody else would take it out of the staging.
     */
    public synchronized Optional<Staged> staged(String path) {
        return Optional.ofNullable(staged.get(path));
    }

    /** As {@link #staged(String)}, once only if it is what the target holds in that place: then no change will name it. */
    synchronized Optional<Staged> staged(String path, Optional<IndexEntry> held) {
        Optional<Staged> found = staged(path);
        found.filter(is -> held.filter(has -> has.entry() instanceof Entry.File file && file.digest().equals(is.digest()))
                .isPresent()).ifPresent(is -> staged.remove(path));
        return found;
    }

    /** Whether the target has a content of this size that no change has named yet. */
    public synchronized boolean isStaged(long size) {
        return staged.values().stream().anyMatch(is -> is.stat().size() == size);
    }

    /** The chunks of this content are not known yet: there will be time. */
    public synchronized void cutLater(String path, Staged content) {
        if (uncut.size() < LIMIT && !content.moving()) {
            uncut.put(path, content);
        }
    }

    /** Takes a content whose chunks are to be found, and its path. */
    public synchronized Optional<Map.Entry<String, Staged>> takeUncut() {
        Optional<Map.Entry<String, Staged>> first = uncut.entrySet().stream().findFirst().map(Map.Entry::copyOf);
        first.ifPresent(is -> uncut.remove(is.getKey()));
        return first;
    }

    /** The target holds at the path what it was told: a change has named it. Tells whether it was sent for this path. */
    public synchronized boolean arrived(String path) {
        whole.remove(path);
        remains.gone(path);
        return staged.remove(path) != null;
    }

    /** These places are about to be compared. */
    public synchronized List<Touched> comparing(List<Touched> places) {
        remains.begins();
        return places;
    }

    /** These places were compared, and whatever they asked for is done or was queued again. */
    public synchronized void compared(List<Touched> places) {
        Set<String> entries = new HashSet<>();
        Set<String> trees = new HashSet<>();
        places.forEach(place -> (place.isOne() ? entries : trees).add(place.path()));
        Predicate<String> over = path -> !underWay.containsKey(path)
                && (entries.contains(path) || TreePath.isWithinAny(path, trees));
        since.keySet().removeIf(over);
        remains.ended(over).forEach(staged::remove);
    }

    /** When the oldest was first queued of those that no change has named yet, by {@link System#nanoTime}. */
    public synchronized OptionalLong oldest() {
        return since.values().stream().mapToLong(Long::longValue).reduce((a, b) -> a - b <= 0 ? a : b);
    }

    /** Forgets a content that the target turned out not to have. */
    public synchronized void forget(String path) {
        staged.remove(path);
        remains.keep(path);
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
