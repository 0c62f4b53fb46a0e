package io.bactrian.plan;

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

import io.bactrian.change.TouchedPath;
import io.bactrian.compare.HashedFile;
import io.bactrian.compare.StagedContents;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * The uploads of large files to one target: those that wait, those in progress, and those that are staged there until a change
 * uses them. Bounds how many are sent at a time. Thread-safe.
 */
public final class Uploads implements StagedContents {
    private static final int LIMIT = 10_000;

    private final Map<String, Stat> underWay = new HashMap<>();
    private final Map<String, HashedFile> staged = new HashMap<>();
    private final Map<String, HashedFile> withoutChunks = new LinkedHashMap<>();
    private final Map<String, Long> since = new HashMap<>();
    private final Set<String> queuedAgain = new HashSet<>();
    private final Map<String, Object> claimed = new HashMap<>();
    private final Set<String> whole = new HashSet<>();
    private final UnclaimedUploads unclaimed = new UnclaimedUploads();
    private final Queue<Work.Upload> waiting = new ArrayDeque<>();
    private final int most;
    private final Semaphore permits;
    private final LongSupplier nanoTime;
    private int senders;

    /**
     * @param most  how many files may be sent at the same time
     * @param parts how many parts of them, together
     */
    public Uploads(int most, int parts) {
        this(most, parts, System::nanoTime);
    }

    Uploads(int most, int parts, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.most = most;
        this.permits = new Semaphore(parts);
    }

    /** The permits for the parts that are sent at the same time, of all files together. */
    public Semaphore permits() {
        return permits;
    }

    /**
     * Adds an upload to those that wait, unless one for the same path is in progress. Returns whether another sender may start, which
     * then calls {@link #begin}.
     */
    public synchronized boolean queue(Work.Upload upload) {
        if (underWay.putIfAbsent(upload.path(), upload.stat()) == null) {
            waiting.add(upload);
            since.putIfAbsent(upload.path(), nanoTime.getAsLong());
        } else {
            queuedAgain.add(upload.path());
        }
        return senders < most && !waiting.isEmpty();
    }

    /** Starts a sender if there is work and a permit for it; returns whether it did. */
    public synchronized boolean begin() {
        boolean begins = senders < most && !waiting.isEmpty();
        senders += begins ? 1 : 0;
        return begins;
    }

    /** Takes the next upload that waits; if there is none, a sender ends. */
    public synchronized Optional<Work.Upload> next() {
        Optional<Work.Upload> next = Optional.ofNullable(waiting.poll());
        senders -= next.isPresent() ? 0 : 1;
        return next;
    }

    /**
     * Reserves the sending of a content for a path; returns false if the same content is being sent for another path, because the
     * target can copy it soon. {@code content} is the digest, or the size if the digest is not known yet.
     */
    public synchronized boolean claim(String path, Object content) {
        return !claimed.containsValue(content) && claimed.put(path, content) == null;
    }

    /** Removes the uploads that wait, because the target cannot be reached, and returns their paths. */
    public synchronized List<String> dropWaiting() {
        List<String> dropped = waiting.stream().map(Work.Upload::path).toList();
        underWay.keySet().removeAll(dropped);
        queuedAgain.removeAll(dropped);
        waiting.clear();
        return dropped;
    }

    /** The target has the content; the upload is in progress until it has {@link #ended}. */
    public synchronized void staged(String path, HashedFile content) {
        whole.remove(path);
        staged.put(path, content);
    }

    /**
     * An upload is open at the target for this path, with this id.
     *
     * @param same whether it is the earlier upload of this path, perhaps under another id
     */
    public synchronized void opened(String path, String id, boolean same) {
        unclaimed.opened(path, id, same);
    }

    /** The target has discarded the upload of this path. */
    public synchronized void dropped(String path) {
        unclaimed.gone(path);
    }

    /** Takes the ids of uploads at the target that no change will use. */
    public synchronized List<String> takeIdle() {
        return unclaimed.take();
    }

    /** The target could not discard this upload for now. */
    public synchronized void stillIdle(String id) {
        unclaimed.idle(id);
    }

    /**
     * The upload of this path has ended. Returns whether it was queued again meanwhile, so that the path must be compared again.
     */
    public synchronized boolean ended(String path) {
        underWay.remove(path);
        claimed.remove(path);
        unclaimed.used(path);
        return queuedAgain.remove(path);
    }

    /** A sender has died by a fault, with its upload, if it had one. */
    public synchronized void abandoned(Optional<String> path) {
        senders = Math.max(0, senders - 1);
        path.ifPresent(this::ended);
    }

    /** The target did not have what was to be copied; the next upload for this path is sent whole. */
    public synchronized void sendWhole(String path) {
        if (whole.size() < LIMIT) {
            whole.add(path);
        }
    }

    /** Whether the content for this path must be sent whole. */
    @Override
    public synchronized boolean isSentWhole(String path) {
        return whole.contains(path);
    }

    /**
     * The content that is staged for this path and that no change has used yet. The file may have changed; the content is used all the
     * same, because nothing else would remove it from the staging area.
     */
    public synchronized Optional<HashedFile> staged(String path) {
        return Optional.ofNullable(staged.get(path));
    }

    /** As {@link #staged(String)}, but once only if the target holds this content at the path, because no change will use it. */
    @Override
    public synchronized Optional<HashedFile> staged(String path, Optional<IndexEntry> held) {
        Optional<HashedFile> found = staged(path);
        found.filter(is -> held.filter(has -> has.entry() instanceof Entry.File file && file.digest().equals(is.digest()))
                .isPresent()).ifPresent(is -> staged.remove(path));
        return found;
    }

    /** Whether a content of this size is staged that no change has used yet. */
    public synchronized boolean isStaged(long size) {
        return staged.values().stream().anyMatch(is -> is.stat().size() == size);
    }

    /** The chunks of this content are found later, when the link is idle. */
    public synchronized void findChunksLater(String path, HashedFile content) {
        if (withoutChunks.size() < LIMIT && !content.moving()) {
            withoutChunks.put(path, content);
        }
    }

    /** Takes a content whose chunks must be found, and its path. */
    public synchronized Optional<Map.Entry<String, HashedFile>> takeWithoutChunks() {
        Optional<Map.Entry<String, HashedFile>> first = withoutChunks.entrySet().stream().findFirst().map(Map.Entry::copyOf);
        first.ifPresent(is -> withoutChunks.remove(is.getKey()));
        return first;
    }

    /** A change for this path was acknowledged. Returns whether it has used a staged content. */
    public synchronized boolean arrived(String path) {
        whole.remove(path);
        unclaimed.gone(path);
        return staged.remove(path) != null;
    }

    /** A comparison of these paths begins; returns them. */
    public synchronized List<TouchedPath> comparing(List<TouchedPath> paths) {
        unclaimed.comparisonBegins();
        return paths;
    }

    /** These paths were compared, and their changes are sent or queued again. */
    public synchronized void compared(List<TouchedPath> paths) {
        Set<String> entries = new HashSet<>();
        Set<String> trees = new HashSet<>();
        paths.forEach(place -> (place.isSingle() ? entries : trees).add(place.path()));
        Predicate<String> over = path -> !underWay.containsKey(path)
                && (entries.contains(path) || TreePath.isWithinAny(path, trees));
        since.keySet().removeIf(over);
        unclaimed.comparisonEnded(over).forEach(staged::remove);
    }

    /** When the oldest upload was queued that no change has used yet, by {@link System#nanoTime}. */
    public synchronized OptionalLong oldest() {
        return since.values().stream().mapToLong(Long::longValue).reduce((a, b) -> a - b <= 0 ? a : b);
    }

    /** Removes a content that the target turned out not to have. */
    public synchronized void forget(String path) {
        staged.remove(path);
        unclaimed.used(path);
    }

    /** The total size of the uploads in progress and of those that wait. */
    public synchronized long bytes() {
        return underWay.values().stream().mapToLong(Stat::size).sum();
    }

    /** The number of uploads in progress and of those that wait. */
    public synchronized int underWay() {
        return underWay.size();
    }
}
