package io.bactrian.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.bactrian.Tools;
import io.bactrian.chaos.Step.Deed;
import io.bactrian.chaos.Step.What;
import io.bactrian.content.RecursiveDelete;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/** The source's directory, and all that is done there. What a file will hold is told to the history beforehand. */
final class Garden {
    private static final int PAGE = 4096;
    private static final String RESTLESS = "/restless";
    /** So far below the root a place is looked for. */
    private static final int NEAR = 12;
    private static final long REST = TimeUnit.MILLISECONDS.toNanos(1200);
    private static final String MOUNTED = ".*(Device or resource busy|Invalid cross-device link|No space left on device).*";
    private static final List<String> FILE_MODES = List.of("rw-r--r--", "rw-------", "r--r--r--", "rwxr-xr-x");
    private static final List<String> DIRECTORY_MODES = List.of("rwxr-xr-x", "rwx------", "rwxrwxrwx", "rwxr-x---");

    private final Path root;
    private final History history;
    private final List<Restless> writers = new ArrayList<>();
    private int swaps;

    Garden(Path root, History history) throws IOException {
        this.root = root;
        this.history = history;
        // An empty root is taken for a missing mount.
        write("stays", Record.next(40));
    }

    /** Tells whether it could be done. What needs something that is not there is done to something that is. */
    boolean does(Deed deed) throws IOException {
        try {
            return tries(deed);
        } catch (AtomicMoveNotSupportedException e) {
            // From one file system to another
            return false;
        } catch (FileSystemException e) {
            // What something is mounted over neither moves nor goes; and what was mounted may be small.
            if (String.valueOf(e.getMessage()).matches(MOUNTED)) {
                return false;
            }
            throw e;
        }
    }

    private boolean tries(Deed deed) throws IOException {
        int number = deed.number();
        if (Set.of(What.WRITE, What.REPLACE, What.SPARSE, What.DIRECTORY, What.LINK).contains(deed.what())) {
            return parents(deed.path()) && makes(deed);
        }
        Predicate<Stat.Kind> wanted = switch (deed.what()) {
            case APPEND, TRUNCATE, FORGE, ABROAD, COPY, NAME -> kind -> kind == Stat.Kind.FILE;
            case DEEP, MANY, LEVELS, CROWD, CLEAR, FIFO, RESTLESS -> kind -> kind == Stat.Kind.DIRECTORY;
            case CHMOD, TOUCH, TURN -> kind -> kind == Stat.Kind.FILE || kind == Stat.Kind.DIRECTORY;
            default -> kind -> kind != Stat.Kind.OTHER;
        };
        Optional<String> found = there(deed.path(), number, wanted);
        if (found.isEmpty()) {
            return false;
        }
        String path = found.get();
        boolean file = kind(path) == Stat.Kind.FILE;
        return switch (deed.what()) {
            case APPEND -> append(path, Record.next(length(number)));
            case TRUNCATE -> truncate(path, number);
            case FORGE -> forge(path, at(path));
            case ABROAD -> abroad(path, deed.other());
            case COPY -> copy(path, deed.other());
            case NAME -> name(path, deed.other());
            case RENAME -> rename(path, deed.other());
            case SWAP -> {
                Optional<String> other = there(deed.other(), number / 7, kind -> true);
                yield other.isPresent() && swap(path, other.get());
            }
            case TURN -> turn(path, file, number);
            case CHMOD -> chmod(path, file ? FILE_MODES : DIRECTORY_MODES, number);
            case TOUCH -> touch(path, number);
            case REMOVE -> remove(path);
            case DEEP -> deep(path, number);
            case MANY -> many(path, number);
            case LEVELS -> levels(path, number);
            case CROWD -> crowd(path, number);
            case CLEAR -> clear(path);
            case FIFO -> fifo(path);
            case RESTLESS -> restless(path);
            default -> throw new IllegalArgumentException(deed.toString());
        };
    }

    private boolean makes(Deed deed) throws IOException {
        String path = deed.path();
        boolean free = kind(path) == Stat.Kind.OTHER;
        boolean file = kind(path) == Stat.Kind.FILE;
        return switch (deed.what()) {
            case WRITE -> (file || free) && write(path, Record.next(length(deed.number())));
            case SPARSE -> (file || free) && sparse(path, deed.number());
            case REPLACE -> (file || free) && replace(path, Record.next(length(deed.number())));
            case DIRECTORY -> free && Files.createDirectory(at(path)) != null;
            default -> free && Files.createSymbolicLink(at(path), Path.of(deed.other())) != null;
        };
    }

    /** The path, or if nothing of the wanted kind is there another where something is. */
    private Optional<String> there(String path, int number, Predicate<Stat.Kind> wanted) throws IOException {
        Stat.Kind kind = kind(path);
        if (kind != Stat.Kind.OTHER && wanted.test(kind)) {
            return Optional.of(path);
        }
        try (Stream<Path> all = Files.walk(root, NEAR)) {
            List<String> paths = new ArrayList<>();
            for (Path place : all.toList()) {
                String found = root.relativize(place).toString();
                // Where there are many, most is done elsewhere
                boolean often = !found.startsWith("m") && !found.contains("/m");
                if (!found.isEmpty() && !found.equals("stays") && !TreePath.isWithin(found, Bulk.NAME) && !found.endsWith(RESTLESS)
                        && (often || number % 5 == 0) && wanted.test(kind(found))) {
                    paths.add(found);
                }
            }
            paths.sort(null);
            return paths.isEmpty() ? Optional.empty() : Optional.of(paths.get(number % paths.size()));
        }
    }

    /** Tells whether there is a directory for the path now. */
    private boolean parents(String path) throws IOException {
        String parent = TreePath.parent(path);
        if (parent.isEmpty() || kind(parent) == Stat.Kind.DIRECTORY) {
            return true;
        }
        if (!parents(parent) || kind(parent) != Stat.Kind.OTHER) {
            return false;
        }
        Files.createDirectory(at(parent));
        return true;
    }

    /** A directory that is there, that of the path if it is one. */
    Optional<String> directory(String path, int number) throws IOException {
        return there(path, number, kind -> kind == Stat.Kind.DIRECTORY);
    }

    /** Writes so many files into a place that is seen, or soon will be, at this path. */
    void fill(String path, Path place, int files) throws IOException {
        for (int i = 0; i < files; i++) {
            byte[] content = Record.next(100 + i);
            history.hold(path + "/m" + i, new byte[0]);
            history.hold(path + "/m" + i, content);
            Files.write(place.resolve("m" + i), content);
        }
    }

    Path at(String path) {
        return path.isEmpty() ? root : root.resolve(path);
    }

    /** What is there; {@link Stat.Kind#OTHER} if nothing is. A link above it is no directory. */
    private Stat.Kind kind(String path) throws IOException {
        if (!path.isEmpty() && kind(TreePath.parent(path)) != Stat.Kind.DIRECTORY) {
            return Stat.Kind.OTHER;
        }
        return Stat.of(at(path)).map(Stat::kind).orElse(Stat.Kind.OTHER);
    }

    /** Most are small, some travel in several parts. */
    private static int length(int number) {
        return number % 4 == 0 ? number : number % 900;
    }

    private void hold(String path, byte[] content) throws IOException {
        hold(path, at(path), content);
    }

    /** All names of a file get what is written by one of them. */
    private void hold(String path, Path place, byte[] content) throws IOException {
        history.hold(path, content);
        Optional<Stat> stat = Stat.of(place).filter(is -> is.kind() == Stat.Kind.FILE && is.links() > 1);
        if (stat.isPresent()) {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path other : all.toList()) {
                    if (Stat.of(other).filter(is -> is.inode() == stat.get().inode()).isPresent()) {
                        history.hold(root.relativize(other).toString(), content);
                    }
                }
            }
        }
    }

    private boolean write(String path, byte[] content) throws IOException {
        hold(path, new byte[0]);
        holdPages(path, new byte[0], content);
        Files.write(at(path), content);
        return true;
    }

    /** Nothing else has this name, so that nobody opens it by chance, and waits for ever. */
    private boolean fifo(String path) throws IOException {
        return Tools.succeeds("mkfifo", at(path + "/fifo").toString());
    }

    /** Nobody else writes to what has this name. */
    private boolean restless(String path) throws IOException {
        String log = path + RESTLESS;
        return kind(log) == Stat.Kind.OTHER && writers.add(new Restless(at(log), history));
    }

    /** What does not stand still does. */
    void rest() throws IOException {
        for (Restless writer : writers) {
            writer.close();
        }
        writers.clear();
    }

    private boolean sparse(String path, int number) throws IOException {
        byte[] record = Record.next(length(number));
        byte[] hole = new byte[(number % 60 + 1) * PAGE + number % 3];
        byte[] all = java.util.Arrays.copyOf(hole, hole.length + record.length);
        System.arraycopy(record, 0, all, hole.length, record.length);
        hold(path, new byte[0]);
        holdPages(path, hole, all);
        try (FileChannel channel = FileChannel.open(at(path), StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(record), hole.length);
        }
        return true;
    }

    /** The kernel shows a write page by page to whoever looks at the right moment. */
    private void holdPages(String path, byte[] before, byte[] after) throws IOException {
        for (int at = PAGE - before.length % PAGE; before.length + at < after.length; at += PAGE) {
            hold(path, java.util.Arrays.copyOf(after, before.length + at));
        }
        hold(path, after);
    }

    private boolean replace(String path, byte[] content) throws IOException {
        history.hold(".new", new byte[0]);
        holdPages(".new", new byte[0], content);
        hold(path, content);
        Path temporary = root.resolve(".new");
        Files.write(temporary, content);
        history.renamed(".new", path);
        Files.move(temporary, at(path), StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    private boolean append(String path, byte[] record) throws IOException {
        byte[] before = Files.readAllBytes(at(path));
        byte[] after = java.util.Arrays.copyOf(before, before.length + record.length);
        System.arraycopy(record, 0, after, before.length, record.length);
        holdPages(path, before, after);
        Files.write(at(path), record, StandardOpenOption.APPEND);
        return true;
    }

    private boolean truncate(String path, int number) throws IOException {
        byte[] before = Files.readAllBytes(at(path));
        List<Integer> bounds = Record.bounds(before);
        int length = bounds.get(number % bounds.size());
        hold(path, java.util.Arrays.copyOf(before, length));
        try (FileChannel channel = FileChannel.open(at(path), StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
        return true;
    }

    private boolean forge(String path, Path place) throws IOException {
        byte[] before = Files.readAllBytes(place);
        int end = Math.min(before.length, PAGE);
        if (end < 40) {
            return false;
        }
        byte[] after = before.clone();
        // One page at most, which appears at once; the record behind it is torn, but this the source did.
        System.arraycopy(Record.next(end), 0, after, 0, end);
        hold(path, place, after);
        FileTime modified = Files.getLastModifiedTime(place);
        try (FileChannel channel = FileChannel.open(place, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(after, 0, end), 0);
        }
        Files.setLastModifiedTime(place, modified);
        return true;
    }

    private boolean abroad(String from, String to) throws IOException {
        if (from.equals(to) || kind(TreePath.parent(to)) != Stat.Kind.DIRECTORY || kind(to) == Stat.Kind.DIRECTORY) {
            return false;
        }
        Path away = root.resolveSibling("abroad");
        Files.deleteIfExists(away);
        history.renamed(from, to);
        Files.move(at(from), away);
        boolean forged = forge(to, away);
        Files.move(away, at(to), StandardCopyOption.ATOMIC_MOVE);
        return forged;
    }

    private boolean copy(String from, String to) throws IOException {
        byte[] content = Files.readAllBytes(at(from));
        boolean possible = !from.equals(to) && kind(TreePath.parent(to)) == Stat.Kind.DIRECTORY
                && kind(to) != Stat.Kind.DIRECTORY && kind(to) != Stat.Kind.LINK;
        return possible && write(to, content);
    }

    private boolean name(String path, String other) throws IOException {
        if (kind(TreePath.parent(other)) != Stat.Kind.DIRECTORY || kind(other) != Stat.Kind.OTHER) {
            return false;
        }
        history.renamed(path, other);
        Files.createLink(at(other), at(path));
        return true;
    }

    private boolean rename(String from, String to) throws IOException {
        if (TreePath.isWithin(to, from) || TreePath.isWithin(from, to) || kind(TreePath.parent(to)) != Stat.Kind.DIRECTORY
                || kind(from) == Stat.Kind.DIRECTORY && kind(to) != Stat.Kind.OTHER || kind(to) == Stat.Kind.DIRECTORY) {
            return false;
        }
        move(from, to);
        return true;
    }

    private void move(String from, String to) throws IOException {
        history.renamed(from, to);
        Files.move(at(from), at(to), StandardCopyOption.ATOMIC_MOVE);
    }

    private boolean swap(String one, String other) throws IOException {
        if (kind(other) == Stat.Kind.OTHER || TreePath.isWithin(one, other) || TreePath.isWithin(other, one)) {
            return false;
        }
        String between = ".swap" + swaps++;
        move(one, between);
        move(other, one);
        move(between, other);
        return true;
    }

    private boolean turn(String path, boolean file, int number) throws IOException {
        RecursiveDelete.of(at(path));
        if (file) {
            Files.createDirectory(at(path));
            return number % 2 == 0 || write(path + "/a", Record.next(length(number)));
        }
        return write(path, Record.next(length(number)));
    }

    private boolean chmod(String path, List<String> modes, int number) throws IOException {
        Files.setPosixFilePermissions(at(path), PosixFilePermissions.fromString(modes.get(number % modes.size())));
        return true;
    }

    /** Between 1969 and 2023, or as far away as the file system holds, where nanoseconds do not fit 64 bits. */
    private boolean touch(String path, int number) throws IOException {
        long nanoseconds = (number - 500L) * 86_400_123_456_789L;
        Files.setLastModifiedTime(at(path), number % 4 == 0 ? FileTime.from(Instant.ofEpochSecond(9_223_372_037L + number * 500_000L, number))
                : FileTime.from(nanoseconds, TimeUnit.NANOSECONDS));
        return true;
    }

    private boolean remove(String path) throws IOException {
        RecursiveDelete.of(at(path));
        return true;
    }

    private boolean deep(String path, int number) throws IOException {
        String below = path;
        for (int depth = 0; depth < 8; depth++) {
            below += (depth + number) % 2 == 0 ? "/a" : "/ab";
            if (kind(below) == Stat.Kind.OTHER) {
                Files.createDirectory(at(below));
            } else if (!Files.isDirectory(at(below), LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
        }
        Stat.Kind last = kind(below + "/é");
        return last != Stat.Kind.FILE && last != Stat.Kind.OTHER || write(below + "/é", Record.next(length(number)));
    }

    private boolean many(String path, int number) throws IOException {
        for (int i = 0; i < 12; i++) {
            String child = path + "/f" + (number + i) % 20;
            if (kind(child) == Stat.Kind.FILE || kind(child) == Stat.Kind.OTHER) {
                write(child, Record.next(number % 300 + i));
            }
        }
        return true;
    }

    /** Hundreds of directories, each in the other, and now and then a file. */
    private boolean levels(String path, int number) throws IOException {
        int depth = 100 + number % 300;
        StringBuilder below = new StringBuilder(path);
        for (int level = 1; level <= depth; level++) {
            below.append("/d");
            Path place = at(below.toString());
            if (Files.exists(place, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            Files.createDirectories(place);
            if (level % 60 == 0 || level == depth) {
                write(below + "/e", Record.next(length(number)));
            }
        }
        return true;
    }

    private boolean crowd(String path, int number) throws IOException {
        String crowd = path + "/m" + number % 3;
        if (kind(crowd) != Stat.Kind.OTHER) {
            return false;
        }
        Files.createDirectory(at(crowd));
        fill(crowd, at(crowd), 120 + number % 200);
        return true;
    }

    /** Removes it as slowly as large trees are removed, so that somebody looks at it meanwhile. */
    private boolean clear(String path) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(at(path))) {
            all = new ArrayList<>(found.toList());
        }
        java.util.Collections.reverse(all);
        for (Path each : all) {
            Files.delete(each);
            LockSupport.parkNanos(REST / all.size());
        }
        return true;
    }
}
