package io.bactrian.tree;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

import com.sun.jna.LastErrorException;

/** Calls Linux's statx(2), whose structure is the same on all processors. Stateless. */
public final class Statx {
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int BASIC = 0x7ff;
    private static final int SIZE = 256;
    private static final long BLOCK = 512;
    private static final byte[] ITSELF = {0};

    private Statx() {
    }

    /** Whether statx can be called. */
    public static boolean isAvailable() {
        return Call.AVAILABLE;
    }

    /**
     * Reads the metadata of an open directory.
     *
     * @throws LastErrorException if the system reports an error
     */
    public static Stat of(int descriptor) {
        ByteBuffer found = call(descriptor, ITSELF, AT_EMPTY_PATH);
        return new Stat(Stat.kind(found.getShort(28)), found.getShort(28) & 07777, found.getLong(40), time(found, 112),
                time(found, 96).nanosSinceEpoch(), found.getLong(32), found.getInt(16));
    }

    /**
     * The modification time in nanoseconds, which Java cannot represent for distant times; empty if it is not
     * available.
     */
    static Optional<Time> modified(Path path, boolean follow) {
        try {
            return isAvailable() ? Optional.of(time(call(LibC.AT_FDCWD, CLibrary.text(path.toString()),
                    follow ? 0 : AT_SYMLINK_NOFOLLOW), 112)) : Optional.empty();
        } catch (LastErrorException e) {
            return Optional.empty();
        }
    }

    /**
     * The disk space that a file occupies, which is less than its length if it has holes; the length where that is not
     * available, and 0 if there is no file. Links are not followed.
     */
    public static long allocated(Path file) {
        if (!isAvailable()) {
            return file.toFile().length();
        }
        try {
            return BLOCK * call(LibC.AT_FDCWD, CLibrary.text(file.toString()), AT_SYMLINK_NOFOLLOW).getLong(48);
        } catch (LastErrorException e) {
            return 0;
        }
    }

    private static ByteBuffer call(int directory, byte[] path, int flags) {
        byte[] found = new byte[SIZE];
        Call.statx(directory, path, flags, BASIC, found);
        return ByteBuffer.wrap(found).order(ByteOrder.nativeOrder());
    }

    private static Time time(ByteBuffer found, int at) {
        return new Time(found.getLong(at), found.getInt(at + Long.BYTES));
    }

    /** Apart from {@link LibC}, because C libraries from before 2018 lack it. */
    private static final class Call {
        static final boolean AVAILABLE = CLibrary.hasKnownFlags() && CLibrary.load(Call.class);

        static native int statx(int directory, byte[] path, int flags, int mask, byte[] found) throws LastErrorException;
    }
}
