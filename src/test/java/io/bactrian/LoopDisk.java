package io.bactrian;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** An ext4 file system of its own in a file, whose power can be cut. Needs root. */
public final class LoopDisk implements AutoCloseable {
    private static final long EXT4_IOC_SHUTDOWN = 0x8004587dL;
    private static final int WITHOUT_WRITING_ANYTHING = 2;

    private final Path image;
    private final Path root;

    private LoopDisk(Path image, Path root) {
        this.image = image;
        this.root = root;
    }

    /** Whether this user, on this machine, can have one whose power can be cut. */
    public static boolean isPossible() {
        try (OwnDirectory place = OwnDirectory.make(); LoopDisk disk = make(place.path(), 16)) {
            disk.cutPower();
            return true;
        } catch (IOException | AssertionError | java.io.UncheckedIOException | LinkageError | LastErrorException e) {
            return false;
        }
    }

    /** Makes and mounts one of so many MiB. */
    public static LoopDisk make(Path place, int mebibytes) throws IOException {
        LoopDisk disk = new LoopDisk(place.resolve("image"), Files.createDirectory(place.resolve("disk")));
        Tools.run("truncate", "-s", mebibytes + "M", disk.image.toString());
        Tools.run("mkfs.ext4", "-q", "-F", disk.image.toString());
        disk.mount();
        return disk;
    }

    public Path root() {
        return root;
    }

    /** From now on nothing reaches the disk; what it has not got is lost. The programs that use it get faults. */
    public void cutPower() {
        Native.register(LibC.class, "c");
        byte[] path = (root + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int file = LibC.open(path, 0);
        try {
            LibC.ioctl(file, EXT4_IOC_SHUTDOWN, new int[] {WITHOUT_WRITING_ANYTHING});
        } finally {
            LibC.close(file);
        }
    }

    /** An error of the disk, upon which the system makes it read-only; tells whether this machine has such errors. */
    public boolean fail() {
        Path device = Path.of("/sys/fs/ext4/" + Tools.run("findmnt", "-no", "SOURCE", root.toString()).strip().replace("/dev/", ""));
        return Tools.succeeds("mount", "-o", "remount,errors=remount-ro", root.toString())
                && Tools.succeeds("bash", "-c", "echo 1 >" + device + "/trigger_fs_error");
    }

    /** Puts right what an error left behind. Nobody may be using it. */
    public void repair() {
        unmount();
        // It says by its exit code that there was something to do
        Tools.succeeds("fsck.ext4", "-fy", image.toString());
        mount();
    }

    /** The power is back: what the disk has is there. Nobody may be using it. */
    public void restart() {
        unmount();
        mount();
    }

    /** Entirely: a mount namespace that another test made meanwhile keeps it, shut down as it is, until its processes end. */
    private void unmount() {
        Tools.run("umount", root.toString());
        await("nobody has the disk").atMost(Running.PATIENCE).until(() -> Tools.run("losetup", "-j", image.toString()).isBlank());
    }

    private void mount() {
        Tools.run("mount", "-o", "loop", image.toString(), root.toString());
    }

    @Override
    public void close() {
        Tools.run("umount", "-l", root.toString());
    }

    private static final class LibC {
        static native int open(byte[] path, int flags) throws LastErrorException;

        static native int close(int file);

        static native int ioctl(int file, long request, int[] argument) throws LastErrorException;
    }
}
