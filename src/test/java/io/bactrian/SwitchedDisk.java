package io.bactrian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory that can be made read-only, and writable again, while files in it are open: a subvolume of Btrfs. A whole
 * file system cannot, as long as somebody has a file open for writing. Needs root and btrfs-progs.
 */
final class SwitchedDisk implements AutoCloseable {
    private final Path disk;

    private SwitchedDisk(Path disk) {
        this.disk = disk;
    }

    /** Whether this user, on this machine, can have one. */
    static boolean isPossible() {
        try (OwnDirectory place = OwnDirectory.make(); SwitchedDisk disk = make(place.path())) {
            disk.readOnly(true);
            return !Tools.succeeds("touch", disk.root().resolve("f").toString());
        } catch (IOException | AssertionError | java.io.UncheckedIOException e) {
            return false;
        }
    }

    static SwitchedDisk make(Path place) throws IOException {
        Path image = place.resolve("image");
        SwitchedDisk disk = new SwitchedDisk(Files.createDirectory(place.resolve("disk")));
        Tools.run("truncate", "-s", "256M", image.toString());
        Tools.run("mkfs.btrfs", "-q", image.toString());
        Tools.run("mount", "-o", "loop", image.toString(), disk.disk.toString());
        try {
            Tools.run("btrfs", "subvolume", "create", disk.root().toString());
        } catch (AssertionError | java.io.UncheckedIOException e) {
            disk.close();
            throw e;
        }
        return disk;
    }

    Path root() {
        return disk.resolve("switched");
    }

    void readOnly(boolean so) {
        Tools.run("btrfs", "property", "set", "-f", "-t", "subvol", root().toString(), "ro", Boolean.toString(so));
    }

    @Override
    public void close() {
        Tools.succeeds("umount", "-l", disk.toString());
    }
}
