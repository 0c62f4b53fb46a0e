package io.bactrian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory whose owner may have so much in it and no more, though the disk is not full: a subvolume of Btrfs, the one
 * file system whose quota needs no more of the kernel than itself. Needs root and btrfs-progs.
 */
final class QuotaDisk implements AutoCloseable {
    private final Path disk;

    private QuotaDisk(Path disk) {
        this.disk = disk;
    }

    /** Whether this user, on this machine, can have one. */
    static boolean isPossible() {
        try (OwnDirectory place = OwnDirectory.make(); QuotaDisk disk = make(place.path(), "3M")) {
            return !Tools.succeeds("dd", "if=/dev/urandom", "of=" + disk.root().resolve("f"), "bs=1M", "count=6", "conv=fsync");
        } catch (IOException | AssertionError | java.io.UncheckedIOException e) {
            return false;
        }
    }

    static QuotaDisk make(Path place, String most) throws IOException {
        Path image = place.resolve("image");
        QuotaDisk quota = new QuotaDisk(Files.createDirectory(place.resolve("disk")));
        Tools.run("truncate", "-s", "256M", image.toString());
        Tools.run("mkfs.btrfs", "-q", image.toString());
        Tools.run("mount", "-o", "loop", image.toString(), quota.disk.toString());
        try {
            Tools.run("btrfs", "subvolume", "create", quota.root().toString());
            Tools.run("btrfs", "quota", "enable", quota.disk.toString());
            quota.limit(most);
        } catch (AssertionError | java.io.UncheckedIOException e) {
            quota.close();
            throw e;
        }
        return quota;
    }

    Path root() {
        return disk.resolve("replica");
    }

    void limit(String most) {
        // By its number, the first that there is, and from outside: from inside it takes some of the quota that is used up.
        Tools.run("btrfs", "qgroup", "limit", most, "0/256", disk.toString());
    }

    @Override
    public void close() {
        Tools.succeeds("umount", "-l", disk.toString());
    }
}
