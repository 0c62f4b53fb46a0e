package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import io.bactrian.content.Removal;
import io.bactrian.tree.Stat;

/**
 * Keeps for a while what was removed or replaced, under the time at which that was and the path that it had:
 * {@code .bactrian/trash/2026-11-20T17-40-05Z/path}. What is taken is renamed or linked there, never copied. Nobody but
 * this user can look in, and no link in it is followed. Thread-safe for different paths.
 */
public final class Trash {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);
    private static final int NAME_LENGTH = "2026-11-20T17-40-05Z".length();
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int ATTEMPTS = 1000;

    /** A count is made again only when so many times as long as it takes have passed. */
    private static final int EASE = 100;

    private final Path directory;
    private final Duration keep;
    private final Clock clock;
    private volatile boolean changed = true;
    private long countAgain = System.nanoTime();
    private Optional<Count> count = Optional.empty();

    /** What it holds; it was so when that was last counted. */
    public record Count(long files, long bytes, Instant oldest) {
    }

    Trash(Path directory, Duration keep) {
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

    /** Puts what is at a place into the trash; tells whether it is there and no longer at its place. */
    boolean take(String path, Path place) throws IOException {
        return isOn() && !path.isEmpty() && put(path, to -> Files.move(place, to, StandardCopyOption.ATOMIC_MOVE));
    }

    /** Puts a file or link that is about to be replaced into the trash, and leaves it where it is. */
    boolean keep(String path, Path place, Stat stat) throws IOException {
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
        String now = NAME.format(clock.instant());
        for (int i = 0; i < ATTEMPTS; i++) {
            Path to = free(i == 0 ? now : now + '-' + i, path);
            if (to != null) {
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
        }
        // A thousand times in one second: those that are there are enough.
        return false;
    }

    /** Nothing can be renamed or linked across file systems, nor linked in some at all, and mount points stay. */
    private static boolean isAnotherFileSystem(FileSystemException e) {
        String reason = String.valueOf(e.getReason());
        return reason.contains("cross-device") || reason.contains("Operation not permitted")
                || reason.contains("not supported") || reason.contains("busy") || reason.contains("Too many links");
    }

    /** Where the path can be put in one of the trash's directories; null if something is in its way there. */
    private Path free(String time, String path) throws IOException {
        Path at = directory.resolve(time);
        if (!isDirectory(directory.getParent()) || !isDirectory(directory) || !isDirectory(at)) {
            return null;
        }
        String[] names = path.split("/");
        for (int i = 0; i < names.length - 1; i++) {
            at = at.resolve(names[i]);
            if (!isDirectory(at)) {
                return null;
            }
        }
        Path to = at.resolve(names[names.length - 1]);
        return Stat.of(to).isEmpty() ? to : null;
    }

    /** Makes it one if nothing is there. A link to a directory is none: what was a link may lead anywhere. */
    private static boolean isDirectory(Path at) throws IOException {
        try {
            Files.createDirectory(at, OWNER_ONLY);
            return true;
        } catch (FileAlreadyExistsException e) {
            // One that was put here as it was may keep its owner out.
            return Stat.of(at).filter(stat -> stat.kind() == Stat.Kind.DIRECTORY && (stat.mode() & 0700) == 0700).isPresent();
        }
    }

    // --- What goes

    /** Removes what has been kept for long enough. */
    public void sweep() throws IOException {
        if (isOn()) {
            Instant end = clock.instant().minus(keep);
            for (Path old : times().headMap(NAME.format(end)).values()) {
                changed = true;
                Removal.of(old);
            }
        }
    }

    /** Removes what has been kept for longest, for there is no space; tells whether there was something. */
    public boolean dropOldest() throws IOException {
        if (!isOn() || times().isEmpty()) {
            return false;
        }
        Removal.of(times().firstEntry().getValue());
        changed = true;
        return true;
    }

    /** The directories of which the name is a time, by it; others are somebody else's. */
    private TreeMap<String, Path> times() throws IOException {
        TreeMap<String, Path> times = new TreeMap<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS) && time(child).isPresent()) {
                    times.put(child.getFileName().toString(), child);
                }
            }
        } catch (NoSuchFileException e) {
            // Nothing was put there yet.
        }
        return times;
    }

    private static Optional<Instant> time(Path child) {
        try {
            String name = child.getFileName().toString();
            return Optional.of(Instant.from(NAME.parse(name.substring(0, Math.min(NAME_LENGTH, name.length())))));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    // --- What there is

    /** What it holds, as it was when that was last counted; nothing if it is empty. */
    public synchronized Optional<Count> count() {
        return count;
    }

    /** Counts what it holds, if that changed; seldom, if it is much. */
    public void recount() throws IOException {
        long began = System.nanoTime();
        if (!changed || began - countAgain < 0) {
            return;
        }
        changed = false;
        TreeMap<String, Path> times = times();
        long[] total = new long[2];
        for (Path time : times.values()) {
            Files.walkFileTree(time, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    total[0]++;
                    total[1] += attributes.isRegularFile() ? attributes.size() : 0;
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        long end = System.nanoTime();
        synchronized (this) {
            count = times.isEmpty() ? Optional.empty()
                    : time(times.firstEntry().getValue()).map(oldest -> new Count(total[0], total[1], oldest));
            countAgain = end + EASE * (end - began);
        }
    }
}
