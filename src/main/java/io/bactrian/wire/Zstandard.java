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
 * The coding zstd (RFC 8878), by its own library. That is loaded when it is first needed, so that who has little to
 * say does not wait for it. Bytes go in and out in slices outside of Java's heap: an array would hold up the garbage
 * collector for as long as it is worked on. Thread-safe.
 */
public final class Zstandard {
    private static final int SLICE = 1 << 16;
    private static final int SAMPLES = 4;
    private static final int LEAST_WINDOW = 10;

    /** RFC 8878, 3.1.1.1.2: everybody should take windows of 8 MiB. */
    private static final int USUAL_WINDOW = 23;
    private static final int MOST_WINDOW = 27;

    /** The library's ZSTD_error_frameParameter_windowTooLarge. */
    private static final int WINDOW_TOO_LARGE = 16;

    /** A body of which more than this remains, of 16 parts, is not worth its encoding. */
    private static final int WORTH = 15;

    private static volatile boolean missing;

    /**
     * What a little of a body became.
     *
     * @param rest  the part that remains, from 0 to 1
     * @param nanos how long it took for each byte
     */
    public record Sample(double rest, double nanos) {
        /** Whether there is something to gain at all. */
        public boolean isShorter() {
            return rest * 16 <= WORTH;
        }
    }

    private Zstandard() {
    }

    /** Whether it was needed, and this machine cannot load the library. */
    public static boolean isMissing() {
        return missing;
    }

    /** Encodes a little of each quarter of a body of at least 64 KiB, at level 1; nothing without the library. */
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
     * A body as one frame, in which whatever is repeated is found however far apart it lies; nothing, if it does not
     * become shorter, or without the library.
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
        int most = (int) ((long) body.remaining() * WORTH / 16);
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
            // The library takes it for no frame at all.
            throw new EOFException("nothing is no frame");
        }
        try (InputStream in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(body), RecyclingBufferPool.INSTANCE)
                .setLongMax(window(most, USUAL_WINDOW, MOST_WINDOW))) {
            long said = Zstd.getFrameContentSize(body);
            return Encoding.drain(in, said > 0 && said <= 64L * body.length ? said : 4L * body.length, most);
        } catch (ZstdIOException e) {
            if (e.getErrorCode() == WINDOW_TOO_LARGE) {
                throw new BodyTooLongException(most);
            }
            throw e;
        } catch (ZstdException e) {
            throw new IOException(e.getMessage(), e);
        } catch (LinkageError e) {
            missing = true;
            throw new IllegalArgumentException("zstd cannot be used on this machine", e);
        }
    }

    /** The power of two that holds so many bytes. */
    private static int window(int bytes, int least, int most) {
        return Math.max(least, Math.min(most, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, bytes) - 1)));
    }
}
