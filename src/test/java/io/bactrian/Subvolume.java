package io.bactrian;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A subvolume of Btrfs, the one file system whose quota needs no more of the kernel than itself: its owner may have so
 * much in it and no more, though the disk is not full. It can also be made read-only, and writable again, while files in
 * it are open, which a whole file system cannot. Needs root and btrfs-progs.
 */
final class Subvolume implements AutoCloseable {
    private final Path disk;

    private Subvolume(Path disk) {
        this.disk = disk;
    }

    /** Whether this user, on this machine, can have one with a quota. */
    static boolean canBeLimited() {
        try (OwnDirectory place = OwnDirectory.make(); Subvolume volume = limited(place.path(), "3M")) {
            return !Tools.succeeds("dd", "if=/dev/urandom", "of=" + volume.root().resolve("f"), "bs=1M", "count=6", "conv=fsync");
        } catch (IOException | AssertionError | UncheckedIOException e) {
            return false;
        }
    }

    /** Whether this user, on this machine, can have one that is read-only at times. */
    static boolean canBeReadOnly() {
        try (OwnDirectory place = OwnDirectory.make(); Subvolume volume = make(place.path())) {
            volume.readOnly(true);
            return !Tools.succeeds("touch", volume.root().resolve("f").toString());
        } catch (IOException | AssertionError | UncheckedIOException e) {
            return false;
        }
    }

    static Subvolume make(Path place) throws IOException {
        Path image = place.resolve("image");
        Subvolume volume = new Subvolume(Files.createDirectory(place.resolve("disk")));
        Tools.run("truncate", "-s", "256M", image.toString());
        Tools.run("mkfs.btrfs", "-q", image.toString());
        Tools.run("mount", "-o", "loop", image.toString(), volume.disk.toString());
        volume.orClose(() -> Tools.run("btrfs", "subvolume", "create", volume.root().toString()));
        return volume;
    }

    static Subvolume limited(Path place, String most) throws IOException {
        Subvolume volume = make(place);
        volume.orClose(() -> {
            Tools.run("btrfs", "quota", "enable", volume.disk.toString());
            volume.limit(most);
        });
        return volume;
    }

    private void orClose(Runnable step) {
        try {
            step.run();
        } catch (AssertionError | UncheckedIOException e) {
            close();
            throw e;
        }
    }

    Path root() {
        return disk.resolve("replica");
    }

    void limit(String most) {
        // By its number, the first that there is, and from outside: from inside it takes some of the quota that is used up.
        Tools.run("btrfs", "qgroup", "limit", most, "0/256", disk.toString());
    }

    void readOnly(boolean so) {
        Tools.run("btrfs", "property", "set", "-f", "-t", "subvol", root().toString(), "ro", Boolean.toString(so));
    }

    @Override
    public void close() {
        Tools.succeeds("umount", "-l", disk.toString());
    }
}
