package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.bactrian.replica.disk.WriteFault;

/**
 * A file that records that the removal guard has tripped. The index records it too, but may be lost, and the replica
 * must stay protected even then. Not thread-safe.
 */
final class TrippedMarker {
    private static final Logger LOG = LoggerFactory.getLogger(TrippedMarker.class);

    private final Path file;

    TrippedMarker(Path file) {
        this.file = file;
    }

    /** Why the guard has tripped; empty if it has not. A file that cannot be read counts as tripped. */
    Optional<String> why() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), 1 << 16));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // read to the end
            }
            String said = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).trim();
            return Optional.of(said.isEmpty() ? unknown() : said);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(unknown());
        }
    }

    private static String unknown() {
        return "guard tripped: nothing is applied until somebody allows it here: bactrian allow-removals";
    }

    /** Records it durably. A failure is logged only. */
    void say(String why) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(why + '\n');
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("That the guard has tripped cannot be kept beside the index: {}", WriteFault.reason(e));
        }
    }

    /** Removes the record. */
    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("The guard will have tripped again at the next start, for what says so cannot be removed: {}",
                    WriteFault.reason(e));
        }
    }
}
