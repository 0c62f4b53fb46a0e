package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Optional;
import java.util.stream.Stream;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Detects names that differ for a sender but are the same for the replica's file system (APFS, NTFS, ext4 with
 * casefold). Without it the second one would silently replace the first. Thread-safe.
 */
record NameCollisions(Index index, BatchDirectories directories) {

    /** Refuses a path if the index holds what is there under another name. */
    void check(String path, Stat there) throws IOException, CannotApply {
        // A file with several hard links may legitimately have this name, too.
        if (there.kind() != Stat.Kind.DIRECTORY && there.links() > 1 || index.find(path).isPresent()
                || !hasOtherSpelling(directories.at(path), there)) {
            return;
        }
        String folded = TreePath.folded(path);
        for (IndexEntry held : index.children(TreePath.parent(path))) {
            String other = held.path();
            if (!other.equals(path) && TreePath.folded(other).equals(folded) && isAt(directories.at(other), there)) {
                throw new CannotApply(path, "the target's file system cannot distinguish this name from that of " + other
                        + ": rename one of them");
            }
        }
    }

    /** Whether another spelling of the name finds the same file. */
    static boolean hasOtherSpelling(Path place) throws IOException {
        Optional<Stat> there = Stat.of(place);
        return there.isPresent() && hasOtherSpelling(place, there.get());
    }

    private static boolean hasOtherSpelling(Path place, Stat there) throws IOException {
        String name = place.getFileName().toString();
        String turned = name.codePoints().map(c -> Character.toUpperCase(c) == c ? Character.toLowerCase(c)
                : Character.toUpperCase(c)).collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        Stream<String> spellings = name.chars().allMatch(c -> c < 128) ? Stream.of(turned) : Stream.of(turned,
                Normalizer.normalize(name, Normalizer.Form.NFC), Normalizer.normalize(name, Normalizer.Form.NFD));
        for (String spelling : spellings.filter(other -> !other.equals(name)).distinct().toList()) {
            if (isAt(place.resolveSibling(spelling), there)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAt(Path place, Stat there) throws IOException {
        return Stat.of(place).filter(is -> is.inode() == there.inode()).isPresent();
    }
}
