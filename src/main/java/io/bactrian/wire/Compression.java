package io.bactrian.wire;

import java.nio.ByteBuffer;
import java.util.Optional;


/**
 * Decides how requests to one target are compressed: with zstd, if the target accepts it and it saves time.
 * <p>A sample of each large body is encoded first (64 KiB of 4 MiB, in about 20 microseconds). It shows how long
 * encoding takes and how much remains; if it does not become shorter, the body is sent unencoded. The speed of the link
 * is known from earlier requests: their time, less the processing time that the target reported, and less the time of a
 * small request, because high latency does not mean low bandwidth. From both follows the time for each level, and the
 * fastest is used, or none: on a fast link encoding costs more than it saves, on a slow one the highest level is the
 * fastest. Thread-safe.
 */
public final class Compression {
    /** A smaller body fits into one packet anyway. */
    static final int LEAST = 512;

    /** Bodies up to this size take negligible time at any level, and do not reveal the speed of the link. */
    public static final int SMALL = 1 << 16;

    /** Levels, with their time and remaining size relative to level 1 (for text). */
    private static final int[] LEVELS = {1, 3, 6, 9};
    private static final double[] TIMES = {1, 1.2, 3.5, 6.5};
    private static final double[] RESTS = {1, 0.9, 0.8, 0.76};

    /** The target's time for decoding, relative to level 1. */
    private static final double DECODING = 0.2;

    /** Nanoseconds per byte assumed for an unknown link: 100 MB/s. */
    private static final double UNKNOWN = 10;

    /** Processor time that both ends need per byte, in nanoseconds, however fast the link is. */
    private static final double LEAST_NANOS = 2;

    /** Each answer shows a minimum speed of the link. The estimate decays slowly, because links can become slower. */
    private static final double DECAY = 1.1;

    /** The round-trip time is unknown until a small request was answered. */
    private static final double UNSEEN = 0;

    /** The share of a large request's time that is attributed to its bytes at least, however long a small one took. */
    private static final double LEAST_SHARE = 0.25;

    private long plain;
    private long wire;
    private volatile boolean taken;
    private volatile boolean refused;
    private double nanosPerByte = UNKNOWN;
    private double roundTrip = UNSEEN;

    /** The target has announced the encodings that it accepts. */
    public void accepted(String encodings) {
        taken = Encoding.wanted(encodings).filter(Encoding.ZSTD::equals).isPresent();
    }

    /** The target has rejected an encoding; bodies are sent unencoded from now on. */
    public void refused() {
        refused = true;
    }

    /** The body encoded as zstd; empty if it should be sent as it is. */
    public Optional<byte[]> shorter(ByteBuffer body) {
        if (!taken || refused || body.remaining() < LEAST) {
            return Optional.empty();
        }
        if (body.remaining() <= SMALL) {
            return Zstandard.encode(body, 3);
        }
        return Zstandard.sample(body).filter(Zstandard.Sample::isShorter).map(this::level).filter(level -> level > 0)
                .flatMap(level -> Zstandard.encode(body, level));
    }

    /** The level with which a body arrives soonest; 0 for none. */
    synchronized int level(Zstandard.Sample sample) {
        int best = 0;
        double least = nanosPerByte;
        for (int i = 0; i < LEVELS.length; i++) {
            double nanos = sample.nanos() * (TIMES[i] + DECODING) + sample.rest() * RESTS[i] * nanosPerByte;
            if (nanos < least) {
                least = nanos;
                best = LEVELS[i];
            }
        }
        return best;
    }

    /**
     * A request was answered. Takes the size of its body before and after encoding, and the time spent on the network.
     */
    public synchronized void sent(long before, long after, long nanos) {
        plain += before;
        wire += after;
        if (after >= SMALL) {
            nanosPerByte = Math.max(LEAST_NANOS, Math.min(nanosPerByte * DECAY, perByte(nanos, after)));
        } else {
            roundTrip = roundTrip == UNSEEN ? nanos : Math.min(roundTrip * DECAY, nanos);
        }
    }

    /** Subtracts the round-trip time only for a link that would seem slow otherwise. */
    private double perByte(double nanos, long bytes) {
        double all = nanos / bytes;
        return all <= UNKNOWN ? all : Math.max(UNKNOWN, Math.max(nanos - roundTrip, nanos * LEAST_SHARE) / bytes);
    }

    /** The bytes sent so far. */
    public synchronized Status.Wire status() {
        return new Status.Wire(plain, wire);
    }
}
