package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.bactrian.replica.disk.WriteFault;
import io.bactrian.tree.SafeOpen;

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
        try {
            String text = new String(SafeOpen.read(file, 1 << 16), StandardCharsets.UTF_8).trim();
            return Optional.of(text.isEmpty() ? unknown() : text);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(unknown());
        }
    }

    private static String unknown() {
        return "guard tripped: nothing is applied until removals are allowed on this target: bactrian allow-removals";
    }

    /** Records it durably. A failure is logged only. */
    void record(String why) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            Files.writeString(fresh, why + '\n', StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("Cannot record beside the index that the guard has tripped: {}", WriteFault.reason(e));
        }
    }

    /** Removes the record. */
    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("The guard will be tripped again at the next start, because the file that records it cannot be removed: {}",
                    WriteFault.reason(e));
        }
    }
}
