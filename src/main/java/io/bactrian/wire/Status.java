package io.bactrian.wire;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a process is doing, for people and for {@code bactrian status}. Immutable. */
public record Status(String version, long pid, List<Link> sources, List<Replica> targets) {

    /**
     * One source and one of its targets.
     *
     * @param state   {@code waiting} for the target, {@code comparing}, {@code sending}, {@code in step}, or
     *                {@code blind} (in step as far as is known, but the watch does not see everything)
     * @param inStep  whether the target is known to hold all that was seen of the source
     * @param pending paths that are known to wait for comparison or transfer
     * @param watched directories under watch
     * @param wire    what compression saved
     * @param guard   why nothing is sent until a person says that so much may be removed
     * @param expected what is still to be sent in all, as far as it is known; for progress only
     */
    public record Link(String name, String directory, String target, String state, boolean inStep, long pending,
            int watched, Totals sent, Totals expected, Wire wire, Optional<Trouble> lastError, List<Trouble> held,
            Optional<String> guard) {
    }

    /** Bytes in the bodies of all requests that were answered: as they were, and as they were sent. */
    public record Wire(long plain, long sent) {
    }

    /** A directory that receives. {@code sender} says who holds the lease. */
    public record Replica(String name, String directory, boolean ready, Optional<String> sender, Totals applied,
            Optional<Trouble> lastError, Optional<String> guard, Optional<Scrub> scrub) {
    }

    /** The last time that all content was read anew, or the one under way. */
    public record Scrub(Instant began, boolean done, boolean repairs, long files, long bytes, long found) {
    }

    /** Counts since the process started; bytes are of content. */
    public record Totals(long changes, long files, long bytes) {
    }

    /** Something that went wrong, in words for a person, with the path if there is one. */
    public record Trouble(Instant at, String path, String what) {
    }
}
