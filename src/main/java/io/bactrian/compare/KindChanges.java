package io.bactrian.compare;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.bactrian.tree.ReadFault;
import io.bactrian.tree.SafeOpen;
import io.bactrian.tree.Stat;

/**
 * Paths that changed their kind between listing and reading, such as a file that has become a directory. They are compared again,
 * and only reported if that happens in many attempts. A path that is gone is compared again however often that happens.
 * Thread-safe.
 */
public final class KindChanges {
    private static final int ATTEMPTS = 20;
    private static final int LIMIT = 10_000;

    private final Path root;
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

    KindChanges(Path root) {
        this.root = root;
    }

    /**
     * Explains why a path could not be read; empty if it is gone or has another kind by now, so that it must be compared again.
     *
     * @param kind its kind when it was listed
     */
    public Optional<String> trouble(String path, Stat.Kind kind, IOException fault) {
        if (fault instanceof NoSuchFileException) {
            return Optional.empty();
        }
        if (!isAnother(root.resolve(path), kind, fault)) {
            return Optional.of(ReadFault.reason(fault));
        }
        if (attempts.size() >= LIMIT) {
            attempts.clear();
        }
        if (attempts.merge(path, 1, Integer::sum) <= ATTEMPTS) {
            return Optional.empty();
        }
        attempts.remove(path);
        return Optional.of("its type changed between listing and reading in " + ATTEMPTS + " attempts;"
                + " it is replicated once its type stays the same");
    }

    private static boolean isAnother(Path file, Stat.Kind kind, IOException fault) {
        String reason = ReadFault.reason(fault);
        if (fault instanceof NotDirectoryException || Stream.of("Is a directory", "Not a directory",
                "Too many levels of symbolic links", SafeOpen.NO_FILE).anyMatch(reason::startsWith)) {
            return true;
        }
        try {
            return Stat.of(file).filter(stat -> stat.kind() == kind).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** The path was read, with the kind that it was listed with. */
    void read(String path) {
        if (!attempts.isEmpty()) {
            attempts.remove(path);
        }
    }
}
