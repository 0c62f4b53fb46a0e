package io.bactrian.tree;

import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A modification time as file systems store it: seconds since 1970 in 64 bits, and nanoseconds. Most times fit into 64
 * bits as nanoseconds since 1970, which covers 1677 to 2262. Immutable.
 *
 * @param nanos 0 to 999,999,999
 */
public record Time(long seconds, int nanos) implements Comparable<Time> {
    private static final long SECOND = 1_000_000_000L;

    public Time {
        if (nanos < 0 || nanos >= SECOND) {
            throw new IllegalArgumentException("nanoseconds must be from 0 to 999,999,999");
        }
    }

    /** A number of nanoseconds since 1970; negative before. */
    public static Time ofNanos(long sinceEpoch) {
        return new Time(Math.floorDiv(sinceEpoch, SECOND), (int) Math.floorMod(sinceEpoch, SECOND));
    }

    /** Converts Java's representation, which is exact to the nanosecond if the time {@link #fitsNanos}. */
    static Time of(FileTime time) {
        long nanos = time.to(TimeUnit.NANOSECONDS);
        if (nanos != Long.MAX_VALUE && nanos != Long.MIN_VALUE) {
            return ofNanos(nanos);
        }
        Instant instant = time.toInstant();
        return instant.equals(Instant.MAX) || instant.equals(Instant.MIN) ? new Time(time.to(TimeUnit.SECONDS), 0)
                : new Time(instant.getEpochSecond(), instant.getNano());
    }

    /** Whether 64 bits suffice for nanoseconds since 1970. */
    public boolean fitsNanos() {
        return equals(ofNanos(nanosSinceEpoch()));
    }

    /** The nanoseconds since 1970; if those do not {@linkplain #fitsNanos fit}, the nearest value that does. */
    public long nanosSinceEpoch() {
        if (seconds > Long.MAX_VALUE / SECOND) {
            return Long.MAX_VALUE;
        } else if (seconds < Long.MIN_VALUE / SECOND) {
            return Long.MIN_VALUE;
        }
        // The second at the lower limit, which fits in part, is treated as not fitting.
        return seconds == Long.MAX_VALUE / SECOND && nanos > Long.MAX_VALUE % SECOND ? Long.MAX_VALUE : seconds * SECOND + nanos;
    }

    /** The difference to an earlier time in nanoseconds, limited to the range of a long. */
    public long since(Time other) {
        try {
            return Math.addExact(Math.multiplyExact(Math.subtractExact(seconds, other.seconds), SECOND), nanos - other.nanos);
        } catch (ArithmeticException e) {
            return seconds > other.seconds ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }

    @Override
    public int compareTo(Time other) {
        return seconds != other.seconds ? Long.compare(seconds, other.seconds) : Integer.compare(nanos, other.nanos);
    }

    /** For people: ISO 8601, or seconds since 1970 beyond the range of the calendar. */
    @Override
    public String toString() {
        boolean inCalendar = seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond();
        return inCalendar ? Instant.ofEpochSecond(seconds, nanos).toString() : "@" + seconds;
    }
}
