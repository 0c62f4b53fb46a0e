package io.bactrian.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.bactrian.content.Range;

/** The header fields of Bactrian's protocol. */
public final class WireHeaders {
    /** The lease under which a request is made. */
    public static final String LEASE = "Bactrian-Lease";

    /**
     * Identifies a batch, so that a repeated request is answered and not applied again
     * (draft-ietf-httpapi-idempotency-key-header).
     */
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /**
     * The number of a batch under its lease, from 0. A numbered batch is applied after all earlier ones, so that a
     * sender may have several in flight; one without a number is applied when it arrives.
     */
    public static final String SEQUENCE = "Bactrian-Sequence";

    /**
     * With the value {@code removals}: the sender has witnessed all removals of this batch, so the removal guard does
     * not count them. A target that does not know this header counts them.
     */
    public static final String WITNESSED = "Bactrian-Witnessed";

    /**
     * The ranges of an announced content that are holes in the source, each by its first and last byte. They are zeros
     * and not missing. A target that does not know this header asks for them.
     */
    public static final String HOLES = "Bactrian-Holes";

    /**
     * With the value {@code seconds}: the sender accepts times as seconds and nanoseconds, where nanoseconds since 1970
     * do not fit 64 bits. Without it, it gets the nearest time that does.
     */
    public static final String TIMES = "Bactrian-Times";

    /** The value of {@link #TIMES}. */
    public static final String SECONDS = "seconds";

    /**
     * The target's processing time in milliseconds (W3C Server Timing); the rest of the response time is the network's.
     */
    public static final String SERVER_TIMING = "Server-Timing";

    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
    private static final Pattern DURATION = Pattern.compile("target;dur=(\\d{1,9}(?:\\.\\d{1,6})?)");

    /** The header's value for this time. */
    public static String timing(long nanos) {
        return String.format(Locale.ROOT, "target;dur=%.2f", nanos / 1e6);
    }

    /** The time in a header's value; 0 if it is malformed. */
    public static long nanos(String timing) {
        Matcher matcher = DURATION.matcher(timing);
        return matcher.matches() ? (long) (Double.parseDouble(matcher.group(1)) * 1e6) : 0;
    }

    /** The value of {@link #HOLES} for these ranges. */
    public static String holes(List<Range> ranges) {
        return ranges.stream().map(range -> range.offset() + "-" + (range.end() - 1)).collect(Collectors.joining(","));
    }

    /**
     * Parses a value of {@link #HOLES}.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static List<Range> holes(String value) {
        return Arrays.stream(value.split(",", -1)).map(range -> {
            Matcher ends = RANGE.matcher(range.strip());
            if (!ends.matches()) {
                throw new IllegalArgumentException(HOLES + " must list ranges as first-last,first-last");
            }
            long first = Long.parseLong(ends.group(1));
            return new Range(first, Long.parseLong(ends.group(2)) - first + 1);
        }).toList();
    }

    private WireHeaders() {
    }
}
