package io.bactrian.replica;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

import io.bactrian.content.Digest;
import io.bactrian.index.Index;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/** A file of the replica, to be read for another one. */
final class Original {
    private Original() {
    }

    /** Where one with this content is, if its stat vouches for it; no directory on the way to it may be a link. */
    static Optional<Path> find(Path root, Index index, Digest digest, long size) throws IOException {
        Optional<Entry.File> entry = index.byDigest(digest, size);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        String path = entry.get().path();
        for (String above = TreePath.parent(path); !above.isEmpty(); above = TreePath.parent(above)) {
            if (Stat.of(root.resolve(above)).filter(stat -> stat.kind() == Stat.Kind.DIRECTORY).isEmpty()) {
                return Optional.empty();
            }
        }
        return Stat.of(root.resolve(path)).filter(stat -> Contents.vouches(index, path, stat)).map(stat -> root.resolve(path));
    }

    /** Opens one for reading; nothing, if that cannot be: what it holds has to be sent once more. */
    static Optional<FileChannel> open(Path original) throws IOException {
        try {
            return Optional.of(FileChannel.open(original, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        } catch (FileSystemException e) {
            // Its mode keeps its owner out, or it went just now.
            return Optional.empty();
        }
    }
}
