package io.bactrian.wire;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdIOException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * The coding zstd (RFC 8878), by its native library, which is loaded on first use. Data passes through direct buffers
 * in slices, because a Java array would block the garbage collector while it is being processed. Thread-safe.
 */
public final class Zstandard {
    private static final int SLICE = 1 << 16;
    private static final int SAMPLES = 4;
    private static final int LEAST_WINDOW = 10;

    /** RFC 8878, 3.1.1.1.2: decoders should support windows of 8 MiB. */
    private static final int USUAL_WINDOW = 23;
    private static final int MOST_WINDOW = 27;

    /** The library's ZSTD_error_frameParameter_windowTooLarge. */
    private static final int WINDOW_TOO_LARGE = 16;

    /** If more than this many sixteenths of a body remain, encoding is not worthwhile. */
    private static final int MOST_REMAINING = 15;

    private static volatile boolean missing;

    /**
     * The result of encoding a sample.
     *
     * @param rest  remaining fraction, from 0 to 1
     * @param nanos time per byte, in nanoseconds
     */
    public record Sample(double rest, double nanos) {
        /** Whether encoding makes the sample shorter at all. */
        public boolean isShorter() {
            return rest * 16 <= MOST_REMAINING;
        }
    }

    private Zstandard() {
    }

    /** Whether the library was needed and could not be loaded. */
    public static boolean isMissing() {
        return missing;
    }

    /** Encodes a sample from each quarter of a body of at least 64 KiB, at level 1; empty without the library. */
    public static Optional<Sample> sample(ByteBuffer body) {
        if (missing) {
            return Optional.empty();
        }
        ByteBuf buffers = PooledByteBufAllocator.DEFAULT.directBuffer(3 * SLICE);
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            ByteBuffer in = buffers.nioBuffer(0, SLICE);
            for (int i = 0; i < SAMPLES; i++) {
                int at = (int) ((long) (body.remaining() - SLICE / SAMPLES) * i / (SAMPLES - 1));
                in.put(body.slice(body.position() + at, SLICE / SAMPLES));
            }
            ByteBuffer out = buffers.nioBuffer(SLICE, 2 * SLICE);
            long begin = System.nanoTime();
            context.setLevel(1);
            int length = context.compressDirectByteBuffer(out, 0, 2 * SLICE, in, 0, SLICE);
            return Optional.of(new Sample((double) length / SLICE, (double) (System.nanoTime() - begin) / SLICE));
        } catch (LinkageError e) {
            missing = true;
            return Optional.empty();
        } finally {
            buffers.release();
        }
    }

    /**
     * Encodes a body as one frame whose window covers all of it. Empty if it would not become shorter, or without the
     * library.
     *
     * @param level 1 to 19
     */
    public static Optional<byte[]> encode(ByteBuffer body, int level) {
        if (missing) {
            return Optional.empty();
        }
        ByteBuf buffers = PooledByteBufAllocator.DEFAULT.directBuffer(2 * SLICE);
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(level).setWindowLog(window(body.remaining(), LEAST_WINDOW, MOST_WINDOW));
            context.setPledgedSrcSize(body.remaining());
            return encode(body.duplicate(), context, buffers.nioBuffer(0, SLICE), buffers.nioBuffer(SLICE, SLICE));
        } catch (LinkageError e) {
            missing = true;
            return Optional.empty();
        } finally {
            buffers.release();
        }
    }

    private static Optional<byte[]> encode(ByteBuffer body, ZstdCompressCtx context, ByteBuffer in, ByteBuffer out) {
        int most = (int) ((long) body.remaining() * MOST_REMAINING / 16);
        byte[] encoded = new byte[Math.min(most, Math.max(SLICE, body.remaining() / 4))];
        int length = 0;
        in.limit(0);
        for (boolean done = false; !done;) {
            if (!in.hasRemaining()) {
                int some = Math.min(SLICE, body.remaining());
                in.clear().put(body.slice(body.position(), some)).flip();
                body.position(body.position() + some);
            }
            boolean last = !body.hasRemaining();
            boolean emptied = context.compressDirectByteBufferStream(out, in, last ? EndDirective.END : EndDirective.CONTINUE);
            done = last && emptied;
            out.flip();
            if (length + out.remaining() > most) {
                return Optional.empty();
            }
            if (length + out.remaining() > encoded.length) {
                encoded = Arrays.copyOf(encoded, (int) Math.min(most, 2L * encoded.length + SLICE));
            }
            int some = out.remaining();
            out.get(encoded, length, some).clear();
            length += some;
        }
        return Optional.of(Arrays.copyOf(encoded, length));
    }

    static byte[] decode(byte[] body, int most) throws IOException {
        if (body.length == 0) {
            // The library does not treat an empty body as an incomplete frame.
            throw new EOFException("an empty body is not a zstd frame");
        }
        try (InputStream in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(body), RecyclingBufferPool.INSTANCE)
                .setLongMax(window(most, USUAL_WINDOW, MOST_WINDOW))) {
            long declared = Zstd.getFrameContentSize(body);
            return Encoding.drain(in, declared > 0 && declared <= 64L * body.length ? declared : 4L * body.length, most);
        } catch (ZstdIOException e) {
            if (e.getErrorCode() == WINDOW_TOO_LARGE) {
                throw new BodyTooLongException(most);
            }
            throw e;
        } catch (ZstdException e) {
            throw new IOException(e.getMessage(), e);
        } catch (LinkageError e) {
            missing = true;
            throw new IllegalArgumentException("zstd is not available on this machine", e);
        }
    }

    /** The exponent of the smallest power of two that is not below this number of bytes, within limits. */
    private static int window(int bytes, int least, int most) {
        return Math.max(least, Math.min(most, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, bytes) - 1)));
    }
}
