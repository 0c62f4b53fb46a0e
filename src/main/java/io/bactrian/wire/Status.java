package io.bactrian.wire;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The status of a process, for people and for {@code bactrian status}. Health and metrics are derived from it, so all
 * are consistent. Immutable.
 */
public record Status(String version, long pid, List<Link> sources, List<Replica> targets) {

    /** Whether nothing needs attention. */
    public boolean healthy() {
        return sources.stream().allMatch(link -> link.unhealthy().isEmpty())
                && targets.stream().allMatch(replica -> replica.unhealthy().isEmpty());
    }

    /**
     * One source and one of its targets.
     *
     * @param state     {@code waiting} for the target, {@code comparing}, {@code sending}, {@code in step},
     *                  {@code blind} (the watch does not see everything), {@code held back} (everything except the held
     *                  paths is done) or {@code guard tripped}
     * @param ready     whether all of the source is watched
     * @param inStep    whether the target is known to hold what the source holds: all of the source is watched and was
     *                  compared since watching began, and nothing is pending or held
     * @param unhealthy why it needs attention, for people; empty if it does not
     * @param pending   paths known to wait for comparison or transfer
     * @param lag       seconds since the oldest of them was seen; 0 if there is none
     * @param watched   number of watched directories
     * @param blind     why the watch does not see everything; absent if it does
     * @param guard     why removals are held until a person confirms them; absent if they are not
     * @param expected  estimate of what is still to be sent; for progress only
     * @param wire      bytes in the bodies of requests
     * @param changes   counts by kind (such as {@code file}) and outcome ({@code acknowledged}, {@code failed})
     * @param errors    counts by kind
     * @param held      paths that cannot be replicated at present
     * @param written   files that keep changing
     * @param rescan    full comparisons that no event requested
     */
    public record Link(String name, String directory, String target, String state, boolean ready, boolean inStep,
            List<String> unhealthy, long pending, double lag, int watched, Optional<String> blind,
            Optional<String> guard, Totals sent, Totals expected, Wire wire, Saved saved,
            Map<String, Map<String, Long>> changes, Durations batches, Map<String, Long> errors,
            Optional<Trouble> lastError, List<Trouble> held, Written written, Looks rescan) {
    }

    /**
     * Scans for changes that no event reports.
     *
     * @param count number begun since the process started
     * @param cost  processor time of the last one, in seconds
     * @param every seconds from the start of one to the start of the next; 0 for never
     */
    public record Looks(long count, double cost, double every) {
    }

    /**
     * Large files that are being written while they are read.
     *
     * @param files  sent by single passes
     * @param wasted bytes sent in vain because their file changed meanwhile
     */
    public record Written(List<File> files, long wasted) {
        /** @param sent seconds since the last single pass was sent; empty if there was none */
        public record File(String path, Optional<Double> sent) {
        }
    }

    /** Bytes in the bodies of all answered requests, before and after encoding. */
    public record Wire(long plain, long sent) {
    }

    /**
     * Bytes that did not have to be sent.
     *
     * @param delta       unchanged parts of changed files
     * @param move        contents of renamed files
     * @param copy        contents that the target had under another path or from an interrupted upload
     * @param compression bytes saved by encoding
     */
    public record Saved(long delta, long move, long copy, long compression) {
        public long all() {
            return delta + move + copy + compression;
        }
    }

    /**
     * A target mirror.
     *
     * @param ready     whether the directory was scanned, so that senders are served
     * @param unhealthy why it needs attention, for people; empty if it does not
     * @param guard     why removals are refused until a person confirms them; absent if they are not
     * @param sender    the holder of the lease
     * @param changes   counts by kind and outcome ({@code applied}, {@code same}, {@code failed})
     * @param requests  counts by call and HTTP status
     * @param uploads   incomplete large contents
     * @param staging   bytes of these
     * @param scrub     the last scrub
     * @param scrubs    all scrubs since the process started
     * @param check     foreign changes
     * @param trash     removed and replaced files that are kept for a while
     * @param space     disk space that Bactrian itself takes; absent in the status of older versions
     */
    public record Replica(String name, String directory, boolean ready, List<String> unhealthy, Optional<String> guard,
            Optional<String> sender, Totals applied, Map<String, Map<String, Long>> changes, Durations batches,
            Map<String, Long> errors, Map<String, Map<String, Long>> requests, int uploads, long staging,
            Optional<Trouble> lastError, Optional<Scrub> scrub, Scrubs scrubs, Optional<Trash> trash, Check check,
            Optional<Space> space) {
    }

    /**
     * Checks for foreign changes in a replica, by stats only.
     *
     * @param found number of findings since the process started
     * @param last  the latest finding
     */
    public record Check(Looks looks, long found, Optional<Trouble> last) {
    }

    /** The last scrub, or the current one. */
    public record Scrub(Instant began, boolean done, boolean repairs, long files, long bytes, long found) {
    }

    /**
     * All scrubs since the process started.
     *
     * @param repaired findings that the sender has repaired since
     * @param last     end of the last completed scrub
     */
    public record Scrubs(long found, long repaired, Optional<Instant> last) {
    }

    /**
     * Bytes that {@code .bactrian} takes.
     *
     * @param all     the sum of the others
     * @param staging contents that no change has referred to yet
     * @param index   the index, its journal, and a damaged index that was kept
     * @param reserve released when the disk is full
     * @param trash   removed and replaced files that are kept for a while
     */
    public record Space(long all, long staging, long index, long reserve, long trash) {
    }

    /** Removed and replaced files that are kept for a while, and the time of the oldest. */
    public record Trash(long files, long bytes, Instant oldest) {
    }

    /** Counts since the process started; bytes are of content. */
    public record Totals(long changes, long files, long bytes) {
    }

    /**
     * A histogram of durations.
     *
     * @param buckets cumulative counts for the bounds of {@code io.bactrian.measure.DurationHistogram}, and the total
     */
    public record Durations(long count, double seconds, List<Long> buckets) {
    }

    /** A fault, described for people, with the path if there is one. */
    public record Trouble(Instant at, String path, String what) {
    }
}
