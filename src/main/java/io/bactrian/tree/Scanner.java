package io.bactrian.tree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Lists directories, one at a time, without following links. Stateless. */
public final class Scanner {
    /**
     * Java's replacement for bytes that are not valid text. A name that contains it cannot be used to open the file.
     */
    public static final char NO_TEXT = '\uFFFD';

    private static final String UNSEEN = "cannot be inspected: ";

    /** With another encoding Java decodes names wrongly, and they may be encoded differently. */
    private static final boolean NAMES_ARE_UTF8 =
            StandardCharsets.UTF_8.name().equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));

    /**
     * The content of one directory.
     *
     * @param children by name, in the order of the names' UTF-8 bytes, including special files
     * @param problems children that exist but are not among {@code children}; must not be mistaken for absent
     */
    public record Listing(SortedMap<String, Stat> children, List<Problem> problems) {
        public Listing {
            children = Collections.unmodifiableSortedMap(children);
            problems = List.copyOf(problems);
        }
    }

    /**
     * A child that could not be inspected.
     *
     * @param name the name, or its percent-encoded bytes if it is not valid text
     * @param what reason and remedy, for people
     */
    public record Problem(String name, String what) {
        /** The reason, for messages that already say that the path cannot be inspected. */
        public String reason() {
            return what.startsWith(UNSEEN) ? what.substring(UNSEEN.length()) : what;
        }
    }

    private Scanner() {
    }

    /**
     * Lists a directory. Children that vanish meanwhile are left out.
     *
     * @param directory not a link; its parents may be links
     * @throws IOException if the directory does not exist, is something else, cannot be read completely, or was
     *         replaced meanwhile
     */
    public static Listing list(Path directory) throws IOException {
        Stat self = inspect(directory);
        Listing listing = listed(directory);
        // The JDK follows links when it opens a directory, so check that it was the same one.
        if (inspect(directory).inode() != self.inode()) {
            throw new NoSuchFileException(directory.toString(), null, "it was replaced during the scan");
        }
        return listing;
    }

    /** As {@link #list(Path)}, for an open directory. */
    public static Listing list(DirectoryHandle directory) throws IOException {
        return directory.isOpen() ? listed(directory.path()) : list(directory.path());
    }

    private static Listing listed(Path directory) throws IOException {
        SortedMap<String, Stat> children = new TreeMap<>(TreePath.BY_BYTES);
        List<Problem> problems = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path child : stream) {
                inspect(child, children, problems);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new Listing(children, problems);
    }

    private static Stat inspect(Path directory) throws IOException {
        Stat stat = Stat.of(directory).orElseThrow(() -> new NoSuchFileException(directory.toString()));
        if (stat.kind() != Stat.Kind.DIRECTORY) {
            throw new NotDirectoryException(directory.toString());
        }
        return stat;
    }

    private static void inspect(Path child, SortedMap<String, Stat> children, List<Problem> problems) {
        String name = child.getFileName().toString();
        if (!isText(name)) {
            problems.add(unreadable(child));
            return;
        }
        try {
            Optional<Stat> stat = Stat.of(child);
            stat.ifPresent(found -> children.put(name, found));
        } catch (IOException e) {
            problems.add(new Problem(name, unseen(child, e)));
        }
    }

    /** Why a path cannot be inspected, for people. */
    public static String unseen(Path path, IOException fault) {
        return TreePath.isTooLong(path) ? ReadFault.TOO_LONG : UNSEEN + ReadFault.reason(fault);
    }

    private static boolean isText(String name) {
        return NAMES_ARE_UTF8 ? name.indexOf(NO_TEXT) < 0 : name.chars().allMatch(c -> c < 0x80);
    }

    private static Problem unreadable(Path child) {
        // Only the URI preserves the bytes.
        String encoded = child.toUri().getRawPath().replaceFirst("/$", "");
        return new Problem(TreePath.name(encoded), NAMES_ARE_UTF8
                ? "the name is not valid UTF-8 and cannot be replicated: rename it"
                : "the name cannot be represented in this locale: start Java in a UTF-8 locale (LANG=C.UTF-8)");
    }
}
