package io.bactrian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file system of its own in a file, for which names that differ by case alone are the same: ext4, or NTFS where the
 * kernel has no ext4 that can. Needs root.
 */
public final class FoldingDisk implements AutoCloseable {
    private static final List<String> KINDS = List.of(
            "mkfs.ext4 -q -F -O casefold -E encoding=utf8 image && mount -o loop image disk && mkdir disk/root && chattr +F disk/root",
            "mkntfs -Q -F -q image && lowntfs-3g -o ignore_case,permissions image disk && mkdir disk/root");

    private final Path mounted;

    private FoldingDisk(Path mounted) {
        this.mounted = mounted;
    }

    /** Makes and mounts one, if this user can have one on this machine. */
    public static Optional<FoldingDisk> make(Path place) throws IOException {
        Path mounted = Files.createDirectory(place.resolve("disk"));
        for (String kind : KINDS) {
            if (Tools.succeeds("bash", "-c", "cd \"$0\" && rm -f image && truncate -s 64M image && " + kind, place.toString())) {
                return Optional.of(new FoldingDisk(mounted));
            }
            Tools.succeeds("umount", "-l", mounted.toString());
        }
        return Optional.empty();
    }

    /** A directory on it. */
    public Path root() {
        return mounted.resolve("root");
    }

    @Override
    public void close() {
        Tools.run("umount", "-l", mounted.toString());
    }
}
