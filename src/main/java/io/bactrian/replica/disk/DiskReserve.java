package io.bactrian.replica.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Random;

import com.sun.jna.LastErrorException;
import io.bactrian.fault.Faults;
import io.bactrian.tree.CLibrary;
import io.bactrian.tree.LibC;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disk space that a target reserves to stay able to work on a full disk: a file of real blocks for the index and its
 * journal, and some empty files as a reserve of inodes. While the disk is full both are released, and changes that take
 * more space than they free are refused, so that only the index and changes that free space use them. The reserve is
 * taken again as soon as there is space, before anything else. Thread-safe.
 */
public final class DiskReserve {
    private static final Logger LOG = LoggerFactory.getLogger(DiskReserve.class);
    private static final FileAttribute<?> OWNER_ONLY = Posix.made(0600);

    /** Bytes; as large as the journal of a batch whose files are spread over a large index. */
    private static final long MOST = 4L << 20;
    private static final long LEAST = 1L << 20;
    private static final int SMALL_SHARE = 16;
    private static final int LARGE_SHARE = 128;
    private static final int MOST_INODES = 32;
    /** A single change needs two inodes: its staging directory, and a file. */
    private static final int LEAST_INODES = 4;
    /** Bytes that a small file or a directory occupies. */
    private static final int BLOCK = 4096;

    private final Path root;
    private final Path directory;
    private final long size;
    private final int inodes;
    private volatile boolean given = true;
    /** The file system refuses to write although it reports free bytes, because of a quota or for want of inodes. */
    private volatile boolean noBytes;
    private volatile boolean noInodes;

    /** @param directory of the reserve; it need not exist */
    public DiskReserve(Path root, Path directory) {
        this.root = root;
        this.directory = directory;
        long disk = root.toFile().getTotalSpace();
        this.size = Math.min(MOST, Math.max(disk / LARGE_SHARE, Math.min(LEAST, disk / SMALL_SHARE)));
        this.inodes = (int) Math.min(MOST_INODES, Math.max(LEAST_INODES, inodes(root) / SMALL_SHARE));
    }

    private DiskReserve(Path root) {
        this.root = root;
        this.directory = root;
        this.size = 0;
        this.inodes = 0;
        this.given = false;
    }

    /** No reserve. */
    public static DiskReserve none() {
        return new DiskReserve(Path.of(""));
    }

    private long room() {
        return root.toFile().getUsableSpace();
    }

    /** Takes the reserve if possible, and releases it if hardly any other space is left. */
    public synchronized void prepare() {
        take();
        makeRoom();
    }

    /** Releases the reserve if hardly any other space is left. */
    public synchronized void makeRoom() {
        if (size > 0 && !given && room() < size) {
            release();
        }
    }

    /** Takes the reserve, unless it is taken already or there is no space for it. */
    public synchronized void take() {
        if (!given || size == 0) {
            return;
        }
        boolean bytes = false;
        try {
            Files.createDirectories(directory);
            for (int i = 0; i < inodes; i++) {
                create(directory.resolve("inode-" + i));
            }
            Path space = directory.resolve("space");
            create(space);
            bytes = true;
            fill(space);
            given = false;
            noBytes = false;
            noInodes = false;
        } catch (IOException e) {
            LOG.debug("cannot allocate {}", directory, e);
            boolean strange = Faults.isFull(e) && room() >= size;
            noBytes = strange && bytes;
            noInodes = strange && !bytes;
            release();
        }
    }

    private static void create(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, OWNER_ONLY);
        }
    }

    private void fill(Path space) throws IOException {
        if (LibC.AVAILABLE) {
            try {
                LibC.allocate(space, 0, size);
                return;
            } catch (LastErrorException e) {
                if (Faults.isFull(e)) {
                    throw CLibrary.fault(space, e);
                }
                // There is no other way to take it than to write it.
            }
        }
        try (FileChannel channel = FileChannel.open(space, StandardOpenOption.WRITE)) {
            // Random bytes, which no file system can compress.
            byte[] noise = new byte[(int) size];
            new Random(size).nextBytes(noise);
            ByteBuffer bytes = ByteBuffer.wrap(noise);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** Releases the reserve until there is space for it again. */
    public synchronized void release() {
        if (size == 0) {
            return;
        }
        given = true;
        try {
            Path space = directory.resolve("space");
            if (Files.exists(space)) {
                try (FileChannel channel = FileChannel.open(space, StandardOpenOption.WRITE)) {
                    channel.truncate(0);
                }
            }
            for (int i = 0; i < inodes; i++) {
                Files.deleteIfExists(directory.resolve("inode-" + i));
            }
        } catch (IOException e) {
            LOG.debug("cannot release {}", directory, e);
        }
    }

    /**
     * Checks that a write does not use up the reserve.
     *
     * @param makes whether a new file or directory is created
     * @param more  bytes by which it is larger than what it replaces
     * @throws FileSystemException if the disk is full
     */
    public void permit(boolean makes, long more) throws FileSystemException {
        if (!given || !makes && more <= 0) {
            return;
        }
        if (noInodes && makes || noBytes && more > 0 || room() - Math.max(more, BLOCK) < size) {
            throw new FileSystemException("", null, "No space left on device");
        }
    }

    /** Handles a failed write. Returns true if space was missing and a second attempt is worthwhile. */
    public synchronized boolean met(IOException fault) {
        if (size == 0 || !Faults.isFull(fault)) {
            return false;
        }
        boolean first = !given;
        if (first) {
            boolean quota = String.valueOf(fault.getMessage()).contains("quota");
            noBytes = quota;
            noInodes = !quota && room() >= size;
            release();
        }
        return first;
    }

    /** Whether it is released at present. */
    public boolean isGiven() {
        return given;
    }

    /** The number of inodes of the file system; very large if it has no limit or does not report one. */
    private static long inodes(Path path) {
        if (LibC.AVAILABLE) {
            try {
                // struct statvfs: f_files is its sixth 64-bit field
                byte[] answer = new byte[256];
                LibC.statvfs(CLibrary.text(path.toString()), answer);
                long files = ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder()).getLong(5 * Long.BYTES);
                return files > 0 ? files : Long.MAX_VALUE;
            } catch (LastErrorException e) {
                LOG.debug("{} does not say how many files it can hold", path, e);
            }
        }
        return Long.MAX_VALUE;
    }
}
