package io.bactrian.tree;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A SHA-256 digest (FIPS 180-4), printed as by {@code sha256sum}. Stored in four longs, because a tree has many of
 * them. Immutable.
 */
public record Digest(long a, long b, long c, long d) {
    /** Bytes in a digest. */
    public static final int LENGTH = 32;

    /** The digest of no bytes. */
    public static final Digest EMPTY = of(new byte[0]);

    /** The digest of the given content. */
    public static Digest of(byte[] content) {
        return from(sha256().digest(content));
    }

    /**
     * Creates a digest from its bytes.
     *
     * @throws IllegalArgumentException if there are not exactly 32 bytes
     */
    public static Digest from(byte[] sha256) {
        if (sha256.length != LENGTH) {
            throw new IllegalArgumentException("a SHA-256 digest must have 32 bytes, not " + sha256.length);
        }
        ByteBuffer bytes = ByteBuffer.wrap(sha256);
        return new Digest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    /**
     * Parses the 64 hexadecimal digits that {@link #toString} writes.
     *
     * @throws IllegalArgumentException if the text is malformed
     */
    @JsonCreator
    public static Digest parse(String hex) {
        return from(HexFormat.of().parseHex(hex));
    }

    /** Whether a native library computes digests; otherwise they are slow until the JVM has compiled its own code. */
    public static boolean isNative() {
        return OpenSslSha256.isAvailable();
    }

    /** A new hasher, for content that arrives in pieces. */
    public static MessageDigest sha256() {
        return isNative() ? new OpenSslSha256() : sha256OfJava();
    }

    static MessageDigest sha256OfJava() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(LENGTH).putLong(a).putLong(b).putLong(c).putLong(d).array();
    }

    @Override
    @JsonValue
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
