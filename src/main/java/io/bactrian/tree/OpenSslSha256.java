package io.bactrian.tree;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

import com.sun.jna.Platform;

/**
 * SHA-256 computed by OpenSSL's libcrypto, if the system has it. The JDK's implementation is as fast once the JVM has
 * compiled it with its optimizing compiler, and ten times slower before that. Not thread-safe.
 */
final class OpenSslSha256 extends MessageDigest implements Cloneable {
    /** For fewer bytes than this, a native call costs more than the hashing. */
    private static final int BUFFER = 512;

    /** A direct buffer for input that the library cannot read where it is. */
    private static final ThreadLocal<ByteBuffer> OUTSIDE = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(32 << 10));

    private byte[] state = LibCrypto.initial();
    private byte[] buffer = new byte[BUFFER];
    private int waiting;

    /** Only if it {@link #isAvailable}. */
    OpenSslSha256() {
        super("SHA-256");
    }

    static boolean isAvailable() {
        return LibCrypto.AVAILABLE;
    }

    @Override
    protected void engineUpdate(byte input) {
        engineUpdate(new byte[] {input}, 0, 1);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
        if (length <= BUFFER - waiting) {
            System.arraycopy(input, offset, buffer, waiting, length);
            waiting += length;
            return;
        }
        hashWaiting();
        ByteBuffer outside = OUTSIDE.get();
        for (int at = offset, end = offset + length; at < end; at += outside.limit()) {
            outside.clear().put(input, at, Math.min(outside.capacity(), end - at)).flip();
            LibCrypto.SHA256_Update(state, outside, (long) outside.limit());
        }
    }

    @Override
    protected void engineUpdate(ByteBuffer input) {
        if (!input.isDirect() || input.remaining() <= BUFFER) {
            super.engineUpdate(input);
            return;
        }
        hashWaiting();
        LibCrypto.SHA256_Update(state, input.slice(), (long) input.remaining());
        input.position(input.limit());
    }

    private void hashWaiting() {
        if (waiting > 0) {
            LibCrypto.SHA256_Update(state, buffer, (long) waiting);
            waiting = 0;
        }
    }

    @Override
    protected byte[] engineDigest() {
        hashWaiting();
        byte[] digest = new byte[Digest.LENGTH];
        LibCrypto.SHA256_Final(digest, state);
        engineReset();
        return digest;
    }

    @Override
    protected void engineReset() {
        waiting = 0;
        state = LibCrypto.initial();
    }

    @Override
    public Object clone() throws CloneNotSupportedException {
        OpenSslSha256 copy = (OpenSslSha256) super.clone();
        copy.state = state.clone();
        copy.buffer = buffer.clone();
        return copy;
    }

    /** Functions that do not allocate memory; the state is in an array of ours. */
    private static final class LibCrypto {
        /** Bytes; more than the state needs in any version that has these functions. */
        private static final int STATE = 256;

        private static final byte[] INITIAL = new byte[STATE];
        static final boolean AVAILABLE = Platform.isLinux()
                && (load("libcrypto.so.3") || load("libcrypto.so.1.1"));

        private static boolean load(String library) {
            return CLibrary.load(LibCrypto.class, library) && SHA256_Init(INITIAL) == 1 && isRight();
        }

        /** Checks the library with the example of FIPS 180-4. */
        private static boolean isRight() {
            byte[] state = initial();
            byte[] digest = new byte[Digest.LENGTH];
            SHA256_Update(state, new byte[] {'a', 'b', 'c'}, 3L);
            SHA256_Final(digest, state);
            return HexFormat.of().formatHex(digest)
                    .equals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        }

        static byte[] initial() {
            return INITIAL.clone();
        }

        static native int SHA256_Init(byte[] state);

        static native int SHA256_Update(byte[] state, byte[] data, long length);

        static native int SHA256_Update(byte[] state, ByteBuffer data, long length);

        static native int SHA256_Final(byte[] digest, byte[] state);
    }
}
