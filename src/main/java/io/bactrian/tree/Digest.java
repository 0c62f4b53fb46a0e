package io.bactrian.tree;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A SHA-256 (FIPS 180-4), as {@code sha256sum} prints it. Immutable; held in four longs because a tree
 * has many of them.
 */
public record Digest(long a, long b, long c, long d) {
    /** Bytes in a digest. */
    public static final int LENGTH = 32;

    /** The digest of no bytes at all. */
    public static final Digest EMPTY = of(new byte[0]);

    /** The digest of the given content. */
    public static Digest of(byte[] content) {
        return from(sha256().digest(content));
    }

    /**
     * Takes a finished digest.
     *
     * @throws IllegalArgumentException if there are not exactly 32 bytes
     */
    public static Digest from(byte[] sha256) {
        if (sha256.length != LENGTH) {
            throw new IllegalArgumentException("a SHA-256 has 32 bytes, not " + sha256.length);
        }
        ByteBuffer bytes = ByteBuffer.wrap(sha256);
        return new Digest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    /**
     * Reads the 64 hexadecimal digits that {@link #toString} writes.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    @JsonCreator
    public static Digest parse(String hex) {
        return from(HexFormat.of().parseHex(hex));
    }

    /** Whether a native library computes digests, as fast at once as later; otherwise the JVM has to compile that first. */
    public static boolean isNative() {
        return OpenSslSha256.isAvailable();
    }

    /** A new hasher for content that arrives in pieces. */
    public static MessageDigest sha256() {
        return OpenSslSha256.isAvailable() ? OpenSslSha256.make() : sha256OfJava();
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
