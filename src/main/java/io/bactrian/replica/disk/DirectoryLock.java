package io.bactrian.replica.disk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.bactrian.content.WriteProbe;
import io.bactrian.tree.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks a directory against a second target. It is an operating system lock, so it ends with the process in any case;
 * the content of the file names the holder. Thread-safe.
 */
public final class DirectoryLock implements AutoCloseable {
    /**
     * The holders within this process, by directory. Static, because closing any channel of a file releases all POSIX
     * locks that the process holds on it; so a second attempt in the same process must not even open the file.
     */
    private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);
    private static final int LONGEST_HOLDER = 1024;

    private final Path directory;
    private final Path file;
    private final FileChannel channel;

    private DirectoryLock(Path directory, Path file, FileChannel channel) {
        this.directory = directory;
        this.file = file;
        this.channel = channel;
    }

    /** Another target uses the directory; the message names it. */
    public static final class InUseException extends IOException {
        private static final long serialVersionUID = 1L;

        private final String holder;

        InUseException(Path directory, String holder) {
            super(directory + " is in use by another target (" + words(holder)
                    + "): stop that target, or configure another directory");
            this.holder = words(holder);
        }

        private static String words(String holder) {
            return holder.strip().replace("\n", ", ");
        }

        /** The holder's process id, host and port. */
        public String holder() {
            return holder;
        }
    }

    /**
     * Takes the lock.
     *
     * @param directory real path of the replica, for the message
     * @throws InUseException if another target holds the lock
     */
    public static DirectoryLock take(Path directory, Path file, int port) throws IOException {
        String self = "pid " + ProcessHandle.current().pid() + "\nhost " + host() + "\nport " + port + "\n";
        String holder = HELD.putIfAbsent(directory, self);
        if (holder != null) {
            throw new InUseException(directory, holder);
        }
        try {
            DirectoryLock lock = null;
            while (lock == null) {
                lock = tryTake(directory, file, self);
            }
            return lock;
        } catch (Throwable e) {
            HELD.remove(directory);
            throw e;
        }
    }

    /** Returns null if the previous holder removed the file just before it was locked. */
    private static DirectoryLock tryTake(Path directory, Path file, String self) throws IOException {
        FileChannel channel = open(directory, file);
        boolean taken = false;
        try {
            if (!lock(channel)) {
                throw new InUseException(directory, read(channel));
            }
            // The path must still refer to the file that was locked, so check it after locking.
            channel.truncate(0);
            if (size(file) != 0) {
                return null;
            }
            int written = write(channel, self, file);
            taken = size(file) == written;
            return taken ? new DirectoryLock(directory, file, channel) : null;
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static FileChannel open(Path directory, Path file) throws IOException {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (AccessDeniedException e) {
            throw e;
        } catch (FileSystemException e) {
            throw new IOException(directory + " cannot be written: " + WriteProbe.remedy(e));
        }
    }

    private static int write(FileChannel channel, String self, Path file) throws IOException {
        try {
            return channel.write(ByteBuffer.wrap(self.getBytes(StandardCharsets.UTF_8)), 0);
        } catch (IOException e) {
            throw new IOException("the lock " + file + " cannot be written (" + e.getMessage()
                    + "): check that there is free space, then restart", e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST_HOLDER);
        channel.read(bytes, 0);
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    private static long size(Path file) throws IOException {
        return Stat.of(file).map(Stat::size).orElse(-1L);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Removes the file and releases the lock. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try {
                Files.deleteIfExists(file);
            } catch (FileSystemException e) {
                // A file that cannot be removed does no harm: only the lock counts
                LOG.debug("{} could not be deleted", file, e);
            } finally {
                channel.close();
                HELD.remove(directory);
            }
        }
    }
}
