package io.bactrian.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.bactrian.content.Range;

/** The header fields of Bactrian's requests that HTTP does not already name. */
public final class WireHeaders {
    /** The lease under which a request is made. */
    public static final String LEASE = "Bactrian-Lease";

    /** Names a batch, so that a repetition is answered and not applied (draft-ietf-httpapi-idempotency-key-header). */
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /**
     * Numbers the batches under a lease from 0. A batch that has it is applied when all before it were, so that a
     * sender may have several on their way; one that has none is applied when it comes.
     */
    public static final String SEQUENCE = "Bactrian-Sequence";

    /**
     * Says of a batch, with the value {@code removals}, that somebody was seen to make all its removals in the source, so that
     * they are none that a guard is for. A target that does not know it guards them as any other.
     */
    public static final String WITNESSED = "Bactrian-Witnessed";

    /**
     * Names ranges of an announced content that are holes in the source, each by its first and last byte: they are zeros, and
     * not missing. A target that does not know it asks for them.
     */
    public static final String HOLES = "Bactrian-Holes";

    /**
     * Says, with the value {@code seconds}, that who sends it takes a time as seconds and nanoseconds where nanoseconds since
     * 1970 do not fit 64 bits. Who does not say so gets the nearest time that does.
     */
    public static final String TIMES = "Bactrian-Times";

    /** What {@link #TIMES} says. */
    public static final String SECONDS = "seconds";

    /** How long the answer took the target, in milliseconds (W3C Server Timing); the rest of the time is the network's. */
    public static final String SERVER_TIMING = "Server-Timing";

    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
    private static final Pattern DURATION = Pattern.compile("target;dur=(\\d{1,9}(?:\\.\\d{1,6})?)");

    /** Its value for this time. */
    public static String timing(long nanos) {
        return String.format(Locale.ROOT, "target;dur=%.2f", nanos / 1e6);
    }

    /** The time that a value tells; 0 if it is anything else. */
    public static long nanos(String timing) {
        Matcher matcher = DURATION.matcher(timing);
        return matcher.matches() ? (long) (Double.parseDouble(matcher.group(1)) * 1e6) : 0;
    }

    /** The value of {@link #HOLES} for these ranges. */
    public static String holes(List<Range> ranges) {
        return ranges.stream().map(range -> range.offset() + "-" + (range.end() - 1)).collect(Collectors.joining(","));
    }

    /**
     * The ranges that a value of {@link #HOLES} names.
     *
     * @throws IllegalArgumentException if it names none in this way
     */
    public static List<Range> holes(String value) {
        return Arrays.stream(value.split(",", -1)).map(range -> {
            Matcher ends = RANGE.matcher(range.strip());
            if (!ends.matches()) {
                throw new IllegalArgumentException(HOLES + " names ranges as first-last,first-last");
            }
            long first = Long.parseLong(ends.group(1));
            return new Range(first, Long.parseLong(ends.group(2)) - first + 1);
        }).toList();
    }

    private WireHeaders() {
    }
}
