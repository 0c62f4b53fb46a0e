package io.bactrian.replica.trash;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.TreeSet;

import io.bactrian.content.RecursiveDelete;
import io.bactrian.replica.disk.Posix;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Keeps removed and replaced files for a while, under the time of removal and their path:
 * {@code .bactrian/trash/2026-11-20T17-40-05Z/path}. Entries are renamed or linked into the trash, never copied. It is
 * accessible to this user only, and links are not followed. Thread-safe for different paths.
 */
public final class Trash {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);
    private static final int NAME_LENGTH = "2026-11-20T17-40-05Z".length();
    private static final FileAttribute<?> OWNER_ONLY = Posix.made(0700);
    private static final int OWNER = 0700;
    private static final int ATTEMPTS = 1000;

    /** The trash is counted again only after this many times the duration of the last count. */
    private static final int COUNT_INTERVAL = 100;

    private final Path directory;
    private final Duration keep;
    private final Clock clock;
    private volatile boolean changed = true;
    private long countAgain = System.nanoTime();
    private Optional<Count> count = Optional.empty();

    /** Content of the trash at the time of the last count. */
    public record Count(long files, long bytes, Instant oldest) {
    }

    /** @param keep how long entries are kept; zero turns the trash off */
    public Trash(Path directory, Duration keep) {
        this(directory, keep, Clock.systemUTC());
    }

    Trash(Path directory, Duration keep, Clock clock) {
        this.directory = directory;
        this.keep = keep;
        this.clock = clock;
    }

    boolean isOn() {
        return !keep.isZero();
    }

    /** Moves an entry into the trash. Returns whether it succeeded. */
    public boolean take(String path, Path place) throws IOException {
        return isOn() && !path.isEmpty() && put(path, to -> Files.move(place, to, StandardCopyOption.ATOMIC_MOVE));
    }

    /** Links a file or symbolic link that is about to be replaced into the trash, and leaves it in its place. */
    public boolean keep(String path, Path place, Stat stat) throws IOException {
        return isOn() && put(path, to -> {
            if (stat.kind() == Stat.Kind.LINK) {
                Posix.link(to, Files.readSymbolicLink(place).toString());
            } else {
                Files.createLink(to, place);
            }
        });
    }

    private interface Act {
        void on(Path to) throws IOException;
    }

    private boolean put(String path, Act act) throws IOException {
        make(directory);
        String now = NAME.format(clock.instant());
        for (int i = 0; i < ATTEMPTS; i++) {
            String in = TreePath.child(i == 0 ? now : now + '-' + i, path);
            try (DirectoryHandle trash = own();
                    DirectoryHandle parent = open(trash, TreePath.parent(in))) {
                Path to = parent.at(TreePath.name(in));
                if (Stat.of(to).isEmpty()) {
                    return isPut(to, act);
                }
            } catch (InTheWayException e) {
                // Try the next name.
            }
        }
        // A thousand versions within one second are enough.
        return false;
    }

    private DirectoryHandle own() throws IOException {
        try {
            return DirectoryHandle.of(directory);
        } catch (NotDirectoryException e) {
            throw new FileSystemException(directory.toString(), null, ".bactrian/trash is not a directory, so nothing"
                    + " can be kept in it: remove it, or set bactrian.target.NAME.trash=0");
        }
    }

    private boolean isPut(Path to, Act act) throws IOException {
        try {
            act.on(to);
            changed = true;
            return true;
        } catch (AtomicMoveNotSupportedException | UnsupportedOperationException e) {
            return false;
        } catch (FileSystemException e) {
            if (Stat.of(to).isEmpty() && isAnotherFileSystem(e)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Renames and links do not work across file systems, some file systems have no hard links, and mount points cannot
     * be moved.
     */
    private static boolean isAnotherFileSystem(FileSystemException e) {
        String reason = String.valueOf(e.getReason());
        return reason.contains("cross-device") || reason.contains("Operation not permitted")
                || reason.contains("not supported") || reason.contains("busy") || reason.contains("Too many links");
    }

    /** Something else is in the place of a directory. */
    private static final class InTheWayException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Opens a directory in the trash, creating it if necessary. Links are not followed. */
    private static DirectoryHandle open(DirectoryHandle trash, String path) throws IOException {
        DirectoryHandle at = step(trash, path.substring(0, (path + '/').indexOf('/')));
        String[] names = path.split("/");
        for (int i = 1; i < names.length; i++) {
            try (DirectoryHandle above = at) {
                at = step(above, names[i]);
            }
        }
        return at;
    }

    private static DirectoryHandle step(DirectoryHandle above, String name) throws IOException {
        make(above.at(name));
        DirectoryHandle below;
        try {
            below = above.child(name);
        } catch (NotDirectoryException e) {
            throw new InTheWayException();
        }
        // A directory in the trash may deny its owner access.
        if ((below.stat().mode() & OWNER) != OWNER) {
            below.close();
            throw new InTheWayException();
        }
        return below;
    }

    private static void make(Path at) throws IOException {
        try {
            Files.createDirectory(at, OWNER_ONLY);
        } catch (FileAlreadyExistsException e) {
            // It exists; opening it shows whether it is a directory.
        }
    }

    // --- Removing

    /** Removes what has been kept for long enough. */
    public void sweep() throws IOException {
        if (isOn()) {
            String end = NAME.format(clock.instant().minus(keep));
            look((trash, times) -> {
                for (String old : times.headSet(end)) {
                    changed = true;
                    RecursiveDelete.of(trash.at(old));
                }
                return true;
            });
        }
    }

    /** Removes the oldest entries to free space. Returns whether there were any. */
    public boolean dropOldest() throws IOException {
        return isOn() && look((trash, times) -> {
            if (times.isEmpty()) {
                return false;
            }
            RecursiveDelete.of(trash.at(times.first()));
            changed = true;
            return true;
        }).orElse(false);
    }

    private interface Look<T> {
        T at(DirectoryHandle trash, TreeSet<String> times) throws IOException;
    }

    /**
     * Inspects the directories whose name is a time; others do not belong to the trash. Empty if there is no trash.
     */
    private <T> Optional<T> look(Look<T> look) throws IOException {
        DirectoryHandle opened;
        try {
            opened = DirectoryHandle.of(directory);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        }
        try (DirectoryHandle trash = opened; DirectoryStream<Path> children = Files.newDirectoryStream(trash.path())) {
            TreeSet<String> times = new TreeSet<>();
            for (Path child : children) {
                if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS) && time(name(child)).isPresent()) {
                    times.add(name(child));
                }
            }
            return Optional.of(look.at(trash, times));
        }
    }

    private static String name(Path child) {
        return child.getFileName().toString();
    }

    private static Optional<Instant> time(String name) {
        try {
            return Optional.of(Instant.from(NAME.parse(name.substring(0, Math.min(NAME_LENGTH, name.length())))));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    // --- Counting

    /** The result of the last count; empty if the trash is empty. */
    public synchronized Optional<Count> count() {
        return count;
    }

    /** Counts the content if it has changed; rarely, if there is much. */
    public void recount() throws IOException {
        long began = System.nanoTime();
        if (!changed || began - countAgain < 0) {
            return;
        }
        changed = false;
        Optional<Count> found = look((trash, times) -> {
            TreeCount total = new TreeCount();
            times.forEach(time -> total.add(trash, time));
            return times.isEmpty() ? Optional.<Count>empty()
                    : time(times.first()).map(oldest -> new Count(total.entries(), total.bytes(), oldest));
        }).flatMap(it -> it);
        long end = System.nanoTime();
        synchronized (this) {
            count = found;
            countAgain = end + COUNT_INTERVAL * (end - began);
        }
    }
}
