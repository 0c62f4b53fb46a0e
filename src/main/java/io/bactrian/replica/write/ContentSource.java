package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Optional;
import java.util.Set;

import io.bactrian.content.CopyRange;
import io.bactrian.content.DigestMismatchException;
import io.bactrian.content.RecursiveDelete;
import io.bactrian.content.SparseWriter;
import io.bactrian.replica.disk.Posix;
import io.bactrian.replica.scan.ReadResult;
import io.bactrian.replica.scan.ReplicaScan;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.replica.write.ChangeFailedException.ContentMissing;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/**
 * Provides verified content as a temporary file, from the change itself, from staging, or from another file of the
 * replica. Thread-safe.
 */
record ContentSource(BatchContext context) {
    private static final int ATTEMPTS = 3;
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<?> OWNER_ONLY = Posix.made(0600);

    /**
     * A file in staging, to be renamed to its place.
     *
     * @param staged  whether it is an upload, to be discarded afterwards
     * @param hasMode whether it has the wanted mode already
     */
    record Taken(Path file, boolean staged, boolean hasMode) {
    }

    Taken take(Entry.File wanted, Optional<byte[]> inline) throws IOException, ContentMissing {
        if (inline.isPresent() || wanted.size() == 0) {
            boolean made = Posix.canMake(wanted.mode());
            return new Taken(write(wanted, inline.orElse(new byte[0]), made ? Posix.made(wanted.mode()) : OWNER_ONLY),
                    false, made);
        }
        Optional<Path> staged = context.staging().claim(wanted.digest(), wanted.size());
        if (staged.isPresent()) {
            return new Taken(staged.get(), true, false);
        }
        return new Taken(copy(wanted), false, false);
    }

    /** @throws DigestMismatchException if the content does not match the digest */
    static void verify(Entry.File wanted, byte[] content) throws DigestMismatchException {
        Digest found = Digest.of(content);
        if (!found.equals(wanted.digest())) {
            throw new DigestMismatchException(wanted.digest(), found);
        }
    }

    private Path write(Entry.File wanted, byte[] content, FileAttribute<?> mode) throws IOException {
        verify(wanted, content);
        Path file = context.staging().temporary();
        try (FileChannel channel = FileChannel.open(file, NEW, mode)) {
            SparseWriter.writeWhole(channel, content);
        } catch (IOException e) {
            RecursiveDelete.of(file);
            throw e;
        }
        return file;
    }

    /**
     * Copies the content from another file of the replica. If that file turns out to have other content, it is scanned
     * and the next one is tried.
     */
    private Path copy(Entry.File wanted) throws IOException, ContentMissing {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Entry.File> other = context.index().byDigest(wanted.digest(), wanted.size());
            if (other.isEmpty()) {
                break;
            }
            Optional<Path> copied = copyOf(other.get().path(), wanted);
            if (copied.isPresent()) {
                return copied.get();
            }
        }
        throw new ContentMissing(wanted.path(), wanted.digest());
    }

    private Optional<Path> copyOf(String path, Entry.File wanted) throws IOException {
        Path replicaFile;
        try {
            replicaFile = context.place(path);
        } catch (CannotApply e) {
            // Nothing can be there.
            context.index().remove(path);
            return Optional.empty();
        }
        boolean vouched = Stat.of(replicaFile).filter(stat -> context.index().vouches(path, stat)).isPresent();
        Optional<Path> copied = vouched ? copy(replicaFile, wanted) : Optional.empty();
        if (copied.isEmpty()) {
            new ReplicaScan(context.directories().root(), context.settings(), context.index()).scan(path);
        }
        return copied;
    }

    /** Copies a file; empty if it was modified after its stat was taken and the copy does not match the digest. */
    private Optional<Path> copy(Path replicaFile, Entry.File wanted) throws IOException {
        Path file = context.staging().temporary();
        boolean good = false;
        try {
            Files.createFile(file, OWNER_ONLY);
            CopyRange.whole(replicaFile, file);
            good = ReadResult.digest(file).equals(wanted.digest());
            return good ? Optional.of(file) : Optional.empty();
        } catch (AccessDeniedException e) {
            // The mode denies its owner access; the content has to be sent again.
            return Optional.empty();
        } finally {
            if (!good) {
                RecursiveDelete.of(file);
            }
        }
    }
}
