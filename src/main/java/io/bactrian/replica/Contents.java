package io.bactrian.replica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;

import io.bactrian.content.Digest;
import io.bactrian.content.DigestMismatchException;
import io.bactrian.content.Removal;
import io.bactrian.index.Index;
import io.bactrian.replica.ChangeFailed.ContentMissing;
import io.bactrian.replica.ChangeFailed.CannotApply;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/** Brings verified content into a file in staging, from wherever it is. Thread-safe. */
record Contents(Site site) {
    private static final int BUFFER = 256 * 1024;
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * A file in staging, to be renamed away.
     *
     * @param staged  whether it is an upload, to be discarded afterwards
     * @param hasMode whether it was made with the wanted mode
     */
    record Taken(Path file, boolean staged, boolean hasMode) {
    }

    Taken take(Entry.File wanted, Optional<byte[]> inline) throws IOException, ContentMissing {
        if (inline.isPresent() || wanted.size() == 0) {
            boolean made = Posix.canMake(wanted.mode());
            return new Taken(write(wanted, inline.orElse(new byte[0]), made ? Posix.made(wanted.mode()) : OWNER_ONLY),
                    false, made);
        }
        Optional<Path> staged = site.staging().claim(wanted.digest(), wanted.size());
        if (staged.isPresent()) {
            return new Taken(staged.get(), true, false);
        }
        return new Taken(copy(wanted), false, false);
    }

    private Path write(Entry.File wanted, byte[] content, FileAttribute<?> mode) throws IOException {
        Digest found = Digest.of(content);
        if (!found.equals(wanted.digest())) {
            throw new DigestMismatchException(wanted.digest(), found);
        }
        Path file = site.staging().temporary();
        try (FileChannel channel = FileChannel.open(file, NEW, mode)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            Removal.of(file);
            throw e;
        }
        return file;
    }

    private Path copy(Entry.File wanted) throws IOException, ContentMissing {
        Path original = original(wanted).orElseThrow(() -> new ContentMissing(wanted.path(), wanted.digest()));
        Path file = site.staging().temporary();
        try {
            try (FileChannel from = FileChannel.open(original, StandardOpenOption.READ);
                    FileChannel to = FileChannel.open(file, NEW, OWNER_ONLY)) {
                long at = 0;
                long moved = 1;
                while (at < wanted.size() && moved > 0) {
                    moved = from.transferTo(at, wanted.size() - at, to);
                    at += moved;
                }
            }
            if (digest(file).equals(wanted.digest())) {
                return file;
            }
        } catch (AccessDeniedException e) {
            // The original's mode keeps its owner out: the content has to be sent once more.
        } catch (IOException e) {
            Removal.of(file);
            throw e;
        }
        // Or somebody wrote to the original between its stat and now.
        Removal.of(file);
        throw new ContentMissing(wanted.path(), wanted.digest());
    }

    private Optional<Path> original(Entry.File wanted) throws IOException {
        Optional<Entry.File> other = site.index().byDigest(wanted.digest(), wanted.size());
        if (other.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path place = site.place(other.get().path());
            Optional<Stat> stat = Stat.of(place);
            boolean vouched = stat.isPresent() && vouches(site.index(), other.get().path(), stat.get());
            return vouched ? Optional.of(place) : Optional.empty();
        } catch (CannotApply e) {
            return Optional.empty();
        }
    }

    static boolean vouches(Index index, String path, Stat stat) {
        return index.find(path).filter(held -> held.vouchedBy(stat)).isPresent();
    }

    /** Reads a whole file. */
    static Digest digest(Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (channel.read(buffer.clear()) >= 0) {
                sha256.update(buffer.flip());
            }
        }
        return Digest.from(sha256.digest());
    }
}
