package io.bactrian.wire;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a process is doing, for people and for {@code bactrian status}; health and metrics are made of it, so that all
 * say the same. Immutable.
 */
public record Status(String version, long pid, List<Link> sources, List<Replica> targets) {

    /** Whether nothing of it needs anybody's attention. */
    public boolean healthy() {
        return sources.stream().allMatch(link -> link.unhealthy().isEmpty())
                && targets.stream().allMatch(replica -> replica.unhealthy().isEmpty());
    }

    /**
     * One source and one of its targets.
     *
     * @param state     {@code waiting} for the target, {@code comparing}, {@code sending}, {@code in step},
     *                  {@code blind} (the watch does not see everything), {@code held back} (all but the held paths is done)
     *                  or {@code guard tripped}
     * @param ready     whether it is watched, all of it
     * @param inStep    whether the target is known to hold what the source holds: all of it is watched, was compared since
     *                  that began, and nothing waits or is held
     * @param unhealthy why it needs attention, in words for a person; empty if it does not
     * @param pending   paths that are known to wait for comparison or transfer
     * @param lag       seconds since the oldest of them was seen; 0 if there is none
     * @param watched   directories under watch
     * @param blind     why the watch does not see everything, if it does not
     * @param guard     why removals are held back until somebody says otherwise, if they are
     * @param expected  what is still to be sent in all, as far as it is known; for progress only
     * @param wire      bytes in the bodies of requests
     * @param changes   how many, by what they were (such as {@code file}) and what became of them ({@code acknowledged},
     *                  {@code failed})
     * @param errors    how often something went wrong, by kind
     * @param held      paths that cannot be replicated at present
     * @param written   files that do not stand still
     * @param rescan    comparisons of all that no event asked for
     */
    public record Link(String name, String directory, String target, String state, boolean ready, boolean inStep,
            List<String> unhealthy, long pending, double lag, int watched, Optional<String> blind,
            Optional<String> guard, Totals sent, Totals expected, Wire wire, Saved saved,
            Map<String, Map<String, Long>> changes, Durations batches, Map<String, Long> errors,
            Optional<Trouble> lastError, List<Trouble> held, Written written, Looks rescan) {
    }

    /**
     * Looks at all of which no event tells.
     *
     * @param count how many were begun since the process started
     * @param cost  seconds of processor time that the last took
     * @param every seconds from the beginning of one to the next; 0 is never
     */
    public record Looks(long count, double cost, double every) {
    }

    /**
     * Large files that are being written while they are read.
     *
     * @param files  those that are sent as one reading finds them
     * @param wasted bytes that were sent for nothing, for their file changed meanwhile
     */
    public record Written(List<File> files, long wasted) {
        /** @param sent how many seconds ago it was last sent as one reading found it; nothing if never yet */
        public record File(String path, Optional<Double> sent) {
        }
    }

    /** Bytes in the bodies of all requests that were answered: as they were, and as they were sent. */
    public record Wire(long plain, long sent) {
    }

    /**
     * Bytes that the target has and that were not sent.
     *
     * @param delta       parts of changed files that were as before
     * @param move        contents of what was renamed
     * @param copy        contents that the target had under another path, or from an upload that broke off
     * @param compression what is shorter on the wire
     */
    public record Saved(long delta, long move, long copy, long compression) {
        public long all() {
            return delta + move + copy + compression;
        }
    }

    /**
     * A directory that receives.
     *
     * @param ready     whether it is known what the directory holds, so that senders are served
     * @param unhealthy why it needs attention, in words for a person; empty if it does not
     * @param guard     why removals are refused until somebody says otherwise, if they are
     * @param sender    who holds the lease
     * @param changes   how many, by what they were and what became of them ({@code applied}, {@code same}, {@code failed})
     * @param requests  how many were answered, by call and HTTP status
     * @param uploads   large contents that have arrived in part
     * @param staging   bytes that these take
     * @param scrub     the last time that all content was read anew
     * @param scrubs    all of them since the process started
     * @param check     what somebody else changed
     * @param trash     what was removed or replaced and is kept for a while
     * @param space     what Bactrian itself takes of the disk; absent if a version before this says it
     */
    public record Replica(String name, String directory, boolean ready, List<String> unhealthy, Optional<String> guard,
            Optional<String> sender, Totals applied, Map<String, Map<String, Long>> changes, Durations batches,
            Map<String, Long> errors, Map<String, Map<String, Long>> requests, int uploads, long staging,
            Optional<Trouble> lastError, Optional<Scrub> scrub, Scrubs scrubs, Optional<Trash> trash, Check check,
            Optional<Space> space) {
    }

    /**
     * Looks for what somebody else changed in a replica, by stats alone.
     *
     * @param found how much was found since the process started
     * @param last  the last of it
     */
    public record Check(Looks looks, long found, Optional<Trouble> last) {
    }

    /** The last time that all content was read anew, or the one under way. */
    public record Scrub(Instant began, boolean done, boolean repairs, long files, long bytes, long found) {
    }

    /**
     * All scrubs since the process started.
     *
     * @param repaired what was found and was then put right by the sender
     * @param last     when one last came to its end
     */
    public record Scrubs(long found, long repaired, Optional<Instant> last) {
    }

    /**
     * Bytes that {@code .bactrian} takes, each 0 if there is none of it.
     *
     * @param all     what the others are together
     * @param staging contents that no change has named yet
     * @param index   the index, its journal, and one that was found damaged and is kept
     * @param reserve what is given up when the disk is full
     * @param trash   what was removed or replaced and is kept for a while
     */
    public record Space(long all, long staging, long index, long reserve, long trash) {
    }

    /** What was removed or replaced and is kept for a while, and since when. */
    public record Trash(long files, long bytes, Instant oldest) {
    }

    /** Counts since the process started; bytes are of content. */
    public record Totals(long changes, long files, long bytes) {
    }

    /**
     * How long something took.
     *
     * @param buckets how often it took up to each of the bounds of {@code io.bactrian.measure.DurationHistogram}, and not less
     *                than the one before; last, how often more
     */
    public record Durations(long count, double seconds, List<Long> buckets) {
    }

    /** Something that went wrong, in words for a person, with the path if there is one. */
    public record Trouble(Instant at, String path, String what) {
    }
}
