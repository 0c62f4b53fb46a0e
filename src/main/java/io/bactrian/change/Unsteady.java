package io.bactrian.change;

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
 * The paths that were something else when they were read than when they were looked at: a file that has become a directory,
 * a directory that is a link now. That is no trouble, and they are looked at again; only what goes on like that for many
 * tries is told. What is simply gone is looked at again however often that happens. Thread-safe.
 */
public final class Unsteady {
    private static final int PATIENCE = 20;
    private static final int LIMIT = 10_000;

    private final Path root;
    private final Map<String, Integer> tries = new ConcurrentHashMap<>();

    Unsteady(Path root) {
        this.root = root;
    }

    /**
     * Why a path could not be read, for a person; nothing if that is because it is not there, or not of its kind, any more, so
     * that it is to be looked at again.
     *
     * @param kind what it was when it was looked at
     */
    public Optional<String> trouble(String path, Stat.Kind kind, IOException fault) {
        if (fault instanceof NoSuchFileException) {
            return Optional.empty();
        }
        if (!isAnother(root.resolve(path), kind, fault)) {
            return Optional.of(ReadFault.reason(fault));
        }
        if (tries.size() >= LIMIT) {
            tries.clear();
        }
        if (tries.merge(path, 1, Integer::sum) <= PATIENCE) {
            return Optional.empty();
        }
        tries.remove(path);
        return Optional.of("it is replaced by something of another kind all the time, as " + PATIENCE + " tries have found;"
                + " it is replicated once it stays what it is");
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

    /** It was read as what it was. */
    void stood(String path) {
        if (!tries.isEmpty()) {
            tries.remove(path);
        }
    }
}
