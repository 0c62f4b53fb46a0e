package io.bactrian.tree;

import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * When something was modified, as file systems hold it: seconds since 1970, of all that 64 bits can count, and the
 * nanoseconds after that second. Most fit 64 bits as nanoseconds since 1970, which reach from 1677 to 2262. Immutable.
 *
 * @param nanos 0 to 999,999,999
 */
public record Time(long seconds, int nanos) implements Comparable<Time> {
    private static final long SECOND = 1_000_000_000L;

    public Time {
        if (nanos < 0 || nanos >= SECOND) {
            throw new IllegalArgumentException("a second has nanoseconds from 0 to 999,999,999");
        }
    }

    /** So many nanoseconds after 1970 began, or before if they are negative. */
    public static Time ofNanos(long sinceEpoch) {
        return new Time(Math.floorDiv(sinceEpoch, SECOND), (int) Math.floorMod(sinceEpoch, SECOND));
    }

    /** As Java has it, which is exact to the nanosecond where that {@link #fitsNanos}. */
    static Time of(FileTime time) {
        long nanos = time.to(TimeUnit.NANOSECONDS);
        if (nanos != Long.MAX_VALUE && nanos != Long.MIN_VALUE) {
            return ofNanos(nanos);
        }
        Instant instant = time.toInstant();
        return instant.equals(Instant.MAX) || instant.equals(Instant.MIN) ? new Time(time.to(TimeUnit.SECONDS), 0)
                : new Time(instant.getEpochSecond(), instant.getNano());
    }

    /** Whether 64 bits can hold it as nanoseconds since 1970. */
    public boolean fitsNanos() {
        return equals(ofNanos(nanosSinceEpoch()));
    }

    /** The nanoseconds since 1970; if those do not {@linkplain #fitsNanos fit}, the nearest that do. */
    public long nanosSinceEpoch() {
        if (seconds > Long.MAX_VALUE / SECOND) {
            return Long.MAX_VALUE;
        } else if (seconds < Long.MIN_VALUE / SECOND) {
            return Long.MIN_VALUE;
        }
        // The first second that fits in part is not told apart from those before it.
        return seconds == Long.MAX_VALUE / SECOND && nanos > Long.MAX_VALUE % SECOND ? Long.MAX_VALUE : seconds * SECOND + nanos;
    }

    /** By how much it is later than the other, in nanoseconds; the largest or smallest number if that is further. */
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

    /** For a person: ISO 8601, or seconds since 1970 where a calendar ends. */
    @Override
    public String toString() {
        boolean inCalendar = seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond();
        return inCalendar ? Instant.ofEpochSecond(seconds, nanos).toString() : "@" + seconds;
    }
}
