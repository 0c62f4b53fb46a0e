package io.bactrian.wire;

import java.nio.ByteBuffer;
import java.util.Optional;


/**
 * How the requests to one target are made shorter: by zstd, if the target says that it takes that, and if it saves
 * time.
 *
 * <p>A little of each large body is encoded first. That tells how long encoding takes and what remains; and of what
 * does not become shorter, nothing more is encoded (64 KiB of 4 MiB, in some 20 microseconds). How long the link needs
 * for what remains is known from the requests before, less what the target says that it took itself, and less what a
 * small request takes: a long way is not a slow one. From both follows how long a body needs at each level, and the
 * level with the least is taken, or none: a level that would slow a fast link costs more than it saves, and on a slow
 * one the highest is the fastest. Thread-safe.
 */
public final class Compression {
    /** What is shorter fits into a packet. */
    static final int LEAST = 512;

    /** Bodies of up to this size take no time, whatever the level; nor do they tell how fast the link is. */
    public static final int SMALL = 1 << 16;

    /** Levels, the time each takes, and what remains of a body, both as compared with level 1 (of texts). */
    private static final int[] LEVELS = {1, 3, 6, 9};
    private static final double[] TIMES = {1, 1.2, 3.5, 6.5};
    private static final double[] RESTS = {1, 0.9, 0.8, 0.76};

    /** The target's time for decoding, as compared with level 1. */
    private static final double DECODING = 0.2;

    /** Of a link that is not known yet: 100 MB/s. */
    private static final double UNKNOWN = 10;

    /** A byte costs both ends about so much of their processors' time, however fast the link is. */
    private static final double LEAST_NANOS = 2;

    /** An answer tells how fast the link is at least; it is forgotten slowly, for links become slower, too. */
    private static final double FORGETTING = 1.1;

    /** What a request takes beside its bytes, the way there and back, is not known before a small one was answered. */
    private static final double UNSEEN = 0;

    /** So much of a large request's time is its bytes', however long a small one took. */
    private static final double LEAST_SHARE = 0.25;

    private long plain;
    private long wire;
    private volatile boolean taken;
    private volatile boolean refused;
    private double nanosPerByte = UNKNOWN;
    private double roundTrip = UNSEEN;

    /** The target has said what it takes. */
    public void accepted(String encodings) {
        taken = Encoding.wanted(encodings).filter(Encoding.ZSTD::equals).isPresent();
    }

    /** It does not take what it got: from now on it gets bodies as they are. */
    public void refused() {
        refused = true;
    }

    /** A body as it is to be sent in the coding zstd; nothing, if it is to be sent as it is. */
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

    /** The level at which a body is there soonest; 0 is none. */
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

    /** A request was answered: so many bytes of body, as it was and as it was sent, in this time of the network's. */
    public synchronized void sent(long before, long after, long nanos) {
        plain += before;
        wire += after;
        if (after >= SMALL) {
            nanosPerByte = Math.max(LEAST_NANOS, Math.min(nanosPerByte * FORGETTING, perByte(nanos, after)));
        } else {
            roundTrip = roundTrip == UNSEEN ? nanos : Math.min(roundTrip * FORGETTING, nanos);
        }
    }

    /** The way there and back is taken for what it is only of a link that would seem slow otherwise. */
    private double perByte(double nanos, long bytes) {
        double all = nanos / bytes;
        return all <= UNKNOWN ? all : Math.max(UNKNOWN, Math.max(nanos - roundTrip, nanos * LEAST_SHARE) / bytes);
    }

    /** What was sent. */
    public synchronized Status.Wire status() {
        return new Status.Wire(plain, wire);
    }
}
