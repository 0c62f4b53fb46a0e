package io.bactrian.tree;

import java.nio.file.Path;

import com.sun.jna.LastErrorException;
import com.sun.jna.Platform;

/**
 * Functions of Linux's C library that Java lacks, and the values of their flags; bound on first use, and not to be
 * called unless they are {@link #AVAILABLE}. Functions younger than those here are bound by who calls them, so that a C
 * library without them still provides these. Stateless.
 */
public final class LibC {
    /** Stands for the working directory, where a directory's descriptor is expected. */
    public static final int AT_FDCWD = -100;
    public static final int O_WRONLY = 1;
    public static final int O_NONBLOCK = 04000;
    public static final int O_DIRECTORY = Platform.isARM() ? 040000 : 0200000;
    public static final int O_NOFOLLOW = Platform.isARM() ? 0100000 : 0400000;
    public static final int O_CLOEXEC = 02000000;
    public static final int O_PATH = 010000000;

    public static final int EEXIST = 17;
    public static final int ENOTDIR = 20;
    public static final int ENOSPC = 28;
    public static final int ELOOP = 40;
    public static final int EDQUOT = 122;

    /** Whether the functions can be called. */
    public static final boolean AVAILABLE = CLibrary.hasKnownFlags() && CLibrary.load(LibC.class);

    private LibC() {
    }

    public static native int openat(int directory, byte[] path, int flags, int mode) throws LastErrorException;

    public static native int close(int file);

    public static native long read(int file, byte[] into, long length) throws LastErrorException;

    public static native long pwrite(int file, byte[] bytes, long count, long offset) throws LastErrorException;

    public static native long lseek(int file, long offset, int whence) throws LastErrorException;

    public static native int ftruncate(int file, long length) throws LastErrorException;

    /** Not {@code posix_fallocate}, which falls back to writing zeros. */
    public static native int fallocate(int file, int mode, long offset, long length) throws LastErrorException;

    public static native int fchmod(int file, int mode) throws LastErrorException;

    public static native int futimens(int file, long[] times) throws LastErrorException;

    public static native int linkat(int from, byte[] path, int to, byte[] name, int flags) throws LastErrorException;

    public static native int statvfs(byte[] path, byte[] answer) throws LastErrorException;

    public static native int ioctl(int file, long request, long argument) throws LastErrorException;

    /** Opens an existing file by its path; closed in child processes. */
    public static int open(Path file, int flags) throws LastErrorException {
        return openat(AT_FDCWD, CLibrary.text(file.toString()), flags | O_CLOEXEC, 0);
    }

    /** Allocates space for an existing file, which may not be a link. */
    public static void allocate(Path path, int mode, long bytes) throws LastErrorException {
        int file = open(path, O_WRONLY | O_NOFOLLOW);
        try {
            fallocate(file, mode, 0, bytes);
        } finally {
            close(file);
        }
    }
}
