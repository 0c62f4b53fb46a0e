package io.bactrian.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The content codings for bodies: zstd (RFC 8878) and gzip (RFC 1952). Thread-safe. */
public enum Encoding {
    ZSTD("zstd") {
        @Override
        public byte[] decode(byte[] body, int most) throws IOException {
            return Zstandard.decode(body, most);
        }

        @Override
        public Optional<byte[]> encode(byte[] body) {
            return Zstandard.encode(ByteBuffer.wrap(body), ANSWERS);
        }
    },
    GZIP("gzip") {
        @Override
        public byte[] decode(byte[] body, int most) throws IOException {
            return drain(new GZIPInputStream(new ByteArrayInputStream(body), 1 << 13), 4L * body.length, most);
        }

        @Override
        public Optional<byte[]> encode(byte[] body) {
            ByteArrayOutputStream shorter = new ByteArrayOutputStream(body.length / 2);
            try (GZIPOutputStream out = new GZIPOutputStream(shorter) {
                {
                    def.setLevel(Deflater.BEST_SPEED);
                }
            }) {
                out.write(body);
            } catch (IOException e) {
                throw new UncheckedIOException("writing to memory cannot fail", e);
            }
            return shorter.size() < body.length ? Optional.of(shorter.toByteArray()) : Optional.empty();
        }
    };

    /** The codings that the sender of this header accepts, in a request or an answer (RFC 9110, RFC 7694). */
    public static final String ACCEPT = "Accept-Encoding";

    /** The coding of a body. */
    public static final String CONTENT = "Content-Encoding";

    /** The level for answers: nearly as fast as the lowest. */
    private static final int ANSWERS = 3;

    /** Bytes decoded at once; zstd's library blocks the garbage collector for that long. */
    private static final int SLICE = 1 << 17;

    /** A coding in Accept-Encoding, with its weight. */
    private static final Pattern WANTED = Pattern.compile("\\s*([^\\s;]+)\\s*(?:;\\s*q\\s*=\\s*([01](?:\\.\\d{0,3})?)\\s*)?");

    private final String token;

    Encoding(String token) {
        this.token = token;
    }

    /** Its name in Content-Encoding and Accept-Encoding. */
    public String token() {
        return token;
    }

    /** The codings accepted here, for {@link #ACCEPT}. */
    public static String accepted() {
        return Zstandard.isMissing() ? GZIP.token : ZSTD.token + ", " + GZIP.token;
    }

    /**
     * The coding of a body; empty if it has none.
     *
     * @param contentEncoding values of the header {@code Content-Encoding}
     * @throws IllegalArgumentException if there are several, or it is unknown
     */
    public static Optional<Encoding> of(List<String> contentEncoding) {
        String name = String.join(",", contentEncoding).trim().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "", "identity" -> Optional.empty();
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            case "zstd" -> {
                if (Zstandard.isMissing()) {
                    throw new IllegalArgumentException("zstd is not available on this machine");
                }
                yield Optional.of(ZSTD);
            }
            default -> throw new IllegalArgumentException("a body must have exactly one encoding of " + accepted());
        };
    }

    /** The best coding that the caller accepts; empty if it accepts none of those supported. */
    public static Optional<Encoding> wanted(String acceptEncoding) {
        String taken = "";
        for (String part : acceptEncoding.toLowerCase(Locale.ROOT).split(",", 16)) {
            Matcher matcher = WANTED.matcher(part);
            if (matcher.matches() && (matcher.group(2) == null || Double.parseDouble(matcher.group(2)) > 0)) {
                taken += "," + matcher.group(1) + ",";
            }
        }
        if (taken.contains(",zstd,") && !Zstandard.isMissing()) {
            return Optional.of(ZSTD);
        }
        return taken.contains(",gzip,") ? Optional.of(GZIP) : Optional.empty();
    }

    /**
     * Decodes a body. The size that the body declares is used to allocate memory only within limits.
     *
     * @throws BodyTooLongException if the result exceeds {@code most} bytes
     * @throws IOException if the body is malformed
     */
    public abstract byte[] decode(byte[] body, int most) throws IOException;

    /** Encodes a body fast; empty if it would not become shorter. */
    public abstract Optional<byte[]> encode(byte[] body);

    /** Reads everything, up to a maximum number of bytes. */
    static byte[] drain(InputStream in, long guess, int most) throws IOException {
        byte[] read = new byte[(int) Math.max(1, Math.min(guess, most))];
        int length = 0;
        while (true) {
            if (length == read.length) {
                int next = in.read();
                if (next < 0) {
                    return read;
                }
                if (length >= most) {
                    throw new BodyTooLongException(most);
                }
                read = Arrays.copyOf(read, (int) Math.min(most, Math.max(SLICE, 2L * length)));
                read[length++] = (byte) next;
                continue;
            }
            int some = in.read(read, length, Math.min(SLICE, read.length - length));
            if (some < 0) {
                return Arrays.copyOf(read, length);
            }
            length += some;
        }
    }
}
