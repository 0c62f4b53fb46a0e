package io.bactrian.tree;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What may be said of a path as text: relative, {@code /} between names, {@code ""} for the root.
 * Stateless.
 */
public final class TreePath {
    /** The root of every tree. */
    public static final String ROOT = "";

    /** The folder in a target's root that is Bactrian's own and never part of the tree. */
    public static final String OWN = ".bactrian";

    /** Bytes in one name, the limit of the common file systems. */
    public static final int MAX_NAME = 255;

    /** Bytes in a path, Linux's PATH_MAX. */
    public static final int MAX_PATH = 4096;

    /** Bytes in a path that is only removed: by going from directory to directory somebody may have made a longer one. */
    public static final int MAX_REMOVED = 65_536;

    /**
     * The order of names and paths by their UTF-8 bytes, which is that of code points; Java's own order of
     * text differs where a surrogate meets U+E000 to U+FFFF.
     */
    public static final Comparator<String> BY_BYTES = TreePath::compare;

    /** Unicode's Default_Ignorable_Code_Point. */
    private static final Pattern UNSEEN = Pattern.compile("[\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F"
            + "\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFF8"
            + "\\x{1BCA0}-\\x{1BCA3}\\x{1D173}-\\x{1D17A}\\x{E0000}-\\x{E0FFF}]");

    private TreePath() {
    }

    private static int compare(String one, String other) {
        int end = Math.min(one.length(), other.length());
        for (int i = 0; i < end; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                return Character.isSurrogate(a) == Character.isSurrogate(b)
                        ? a - b : Integer.compare(one.codePointAt(i), other.codePointAt(i));
            }
        }
        return one.length() - other.length();
    }

    /** The directory that holds the path; the root's parent is the root. */
    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? ROOT : path.substring(0, slash);
    }

    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    public static String child(String directory, String name) {
        return directory.isEmpty() ? name : directory + '/' + name;
    }

    /** Whether the path is the directory itself or lies below it. */
    public static boolean isWithin(String path, String directory) {
        return directory.isEmpty() || path.equals(directory)
                || path.startsWith(directory) && path.charAt(directory.length()) == '/';
    }

    /** Whether the path is one of these directories or below one. */
    public static boolean isWithinAny(String path, Set<String> directories) {
        if (directories.isEmpty()) {
            return false;
        }
        for (String above = path; !directories.contains(above); above = parent(above)) {
            if (above.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Accepts a path that came from outside, the root included.
     *
     * @throws IllegalArgumentException if it is absolute, has an empty, {@code .} or {@code ..} name, a NUL,
     *             text that UTF-8 cannot hold, a name or a whole that is too long, or if it is Bactrian's own
     *             folder in any spelling
     */
    public static String check(String path) {
        return check(path, MAX_PATH);
    }

    /** As {@link #check(String)}, of a path at which something is to be removed. */
    public static String checkRemoved(String path) {
        return check(path, MAX_REMOVED);
    }

    /** Whether a path of the file system is longer than Linux takes, which counts a zero at its end. */
    public static boolean isTooLong(Path path) {
        return !fits(path.toString(), MAX_PATH - 1);
    }

    /** Whether a path has at most so many bytes. */
    public static boolean fits(String path, int most) {
        return path.length() * 3L <= most || path.getBytes(StandardCharsets.UTF_8).length <= most;
    }

    private static String check(String path, int most) {
        if (path.isEmpty()) {
            return path;
        }
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a path must not contain NUL");
        }
        boolean ascii = isAscii(path);
        if (!ascii && (!StandardCharsets.UTF_8.newEncoder().canEncode(path) || path.indexOf('\uFFFD') >= 0)) {
            throw new IllegalArgumentException("a path must be text that UTF-8 can hold");
        }
        if (!fits(path, most)) {
            throw new IllegalArgumentException("a path must not have more than " + most + " bytes");
        }
        int start = 0;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            checkName(path.substring(start, end), start == 0);
            start = end + 1;
        }
        return path;
    }

    /** Whether a path is that of Bactrian's own folder for any file system: they fold names in more than one way. */
    public static boolean isOwn(String path) {
        return path.equalsIgnoreCase(OWN) || path.length() >= OWN.length() && path.chars().anyMatch(c -> c > 127)
                && folded(path).equals(OWN);
    }

    /**
     * A path as a file system may see it that tells names apart by less than their bytes: without upper and lower case,
     * Unicode's forms of one character, and characters that are not to be seen (HFS+, ext4).
     */
    public static String folded(String path) {
        if (isAscii(path)) {
            return path.toLowerCase(Locale.ROOT);
        }
        String seen = UNSEEN.matcher(Normalizer.normalize(path, Normalizer.Form.NFKD)).replaceAll("");
        return seen.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private static boolean isAscii(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) >= 128) {
                return false;
            }
        }
        return true;
    }

    private static void checkName(String name, boolean top) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("a path must be relative, without empty, '.' and '..' names");
        }
        if (name.length() * 3 > MAX_NAME && name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
            throw new IllegalArgumentException("a name must not have more than " + MAX_NAME + " bytes");
        }
        if (top && isOwn(name)) {
            throw new IllegalArgumentException(OWN + " is Bactrian's own folder");
        }
    }
}
