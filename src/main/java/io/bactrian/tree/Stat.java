package io.bactrian.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A path's metadata, read without reading its content or following a link. Immutable.
 *
 * @param mode    the twelve permission bits
 * @param changed the inode's change time, which programs cannot set, in nanoseconds since 1970
 * @param links   the number of hard links
 */
public record Stat(Kind kind, int mode, long size, Time modified, long changed, long inode, int links) {

    /** The type of a file. {@link #OTHER} is a FIFO, socket or device, which is never part of a tree. */
    public enum Kind { FILE, DIRECTORY, LINK, OTHER }

    private static final String ATTRIBUTES = "unix:mode,size,lastModifiedTime,ctime,ino,nlink";

    /**
     * Reads the metadata of a path.
     *
     * @return empty if nothing is there, including when a parent is no directory
     * @throws IOException if the file system reports an error
     */
    public static Optional<Stat> of(Path path) throws IOException {
        try {
            return Optional.of(from(path, Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS), false));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (java.nio.file.FileSystemException e) {
            // ENOTDIR has no exception type: a parent of the path is a file.
            if (isBelowNone(path)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * As {@link #of(Path)}, for a path below a root. A path that this process cannot encode is treated as one that the
     * file system reports an error for.
     */
    public static Optional<Stat> of(Path root, String path) throws IOException {
        try {
            return of(root.resolve(path));
        } catch (InvalidPathException e) {
            throw new java.nio.file.FileSystemException(path, null, "the name cannot be represented in this locale: start Java in a"
                    + " UTF-8 locale (LANG=C.UTF-8)");
        }
    }

    /** Whether a parent of the path is missing or no directory; false if that cannot be determined either. */
    private static boolean isBelowNone(Path path) {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            try {
                BasicFileAttributes is = Files.readAttributes(above, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                return !is.isDirectory() && !(is.isSymbolicLink() && Files.isDirectory(above));
            } catch (NoSuchFileException e) {
                return true;
            } catch (IOException e) {
                // A directory further up may tell.
            }
        }
        return false;
    }

    /** Reads the metadata of what a path refers to, following links. */
    static Stat followed(Path path) throws IOException {
        return from(path, Files.readAttributes(path, ATTRIBUTES), true);
    }

    /** The type of what a path refers to, following links. */
    static Kind followedKind(Path path) throws IOException {
        BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class);
        return is.isRegularFile() ? Kind.FILE : is.isDirectory() ? Kind.DIRECTORY : is.isSymbolicLink() ? Kind.LINK : Kind.OTHER;
    }

    private static Stat from(Path path, Map<String, Object> attributes, boolean followed) {
        int bits = (Integer) attributes.get("mode");
        Time modified = Time.of((FileTime) attributes.get("lastModifiedTime"));
        if (!modified.fitsNanos()) {
            modified = Statx.modified(path, followed).orElse(modified);
        }
        return new Stat(kind(bits), bits & 07777, (Long) attributes.get("size"), modified,
                ((FileTime) attributes.get("ctime")).to(TimeUnit.NANOSECONDS), (Long) attributes.get("ino"),
                (Integer) attributes.get("nlink"));
    }

    /** The type encoded in a mode. */
    static Kind kind(int mode) {
        return switch (mode & 0170000) {
            case 0100000 -> Kind.FILE;
            case 0040000 -> Kind.DIRECTORY;
            case 0120000 -> Kind.LINK;
            default -> Kind.OTHER;
        };
    }

    /** Whether everything that a writer could have changed is equal: type, size, times and inode. */
    public boolean sameContent(Stat other) {
        return kind == other.kind && size == other.size && modified.equals(other.modified)
                && changed == other.changed && inode == other.inode;
    }
}
