package io.bactrian.wire;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** How long the answer took the target, in milliseconds (W3C Server Timing); the rest of the time is the network's. */
    public static final String SERVER_TIMING = "Server-Timing";

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

    private WireHeaders() {
    }
}
