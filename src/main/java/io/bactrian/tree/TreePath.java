package io.bactrian.tree;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Operations on paths as text: relative, names separated by {@code /}, {@code ""} for the root. Stateless. */
public final class TreePath {
    /** The root of every tree. */
    public static final String ROOT = "";

    /** Bactrian's own folder in a target's root, which is never part of the tree. */
    public static final String OWN = ".bactrian";

    /** Bytes in a name; the limit of common file systems. */
    public static final int MAX_NAME = 255;

    /** Bytes in a path; Linux's PATH_MAX. */
    public static final int MAX_PATH = 4096;

    /**
     * Bytes in a path to be removed: longer paths than {@link #MAX_PATH} can be created by going from directory to
     * directory.
     */
    public static final int MAX_REMOVED = 65_536;

    /**
     * Compares names and paths by their UTF-8 bytes, which is the order of code points. Java's order of strings differs
     * between surrogates and U+E000 to U+FFFF.
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

    /** The parent directory; the root's parent is the root. */
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

    /** Whether the path is one of these directories or lies below one. */
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
     * Validates a path from untrusted input; the root is valid.
     *
     * @throws IllegalArgumentException if it is absolute, has an empty, {@code .} or {@code ..} name, a NUL, or text
     *         that UTF-8 cannot represent, if it or a name is too long, or if it is Bactrian's own folder in any
     *         spelling
     */
    public static String check(String path) {
        return check(path, MAX_PATH);
    }

    /** As {@link #check(String)}, for a path to be removed. */
    public static String checkRemoved(String path) {
        return check(path, MAX_REMOVED);
    }

    /** Whether a path is too long for Linux, whose limit includes a terminating NUL. */
    public static boolean isTooLong(Path path) {
        return !fits(path.toString(), MAX_PATH - 1);
    }

    /** Whether a path has at most this many bytes. */
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
            throw new IllegalArgumentException("a path must be valid UTF-8 text");
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

    /** Whether any file system might take the path for Bactrian's own folder; they fold names in different ways. */
    public static boolean isOwn(String path) {
        return path.length() >= OWN.length() && folded(path).equals(OWN);
    }

    /**
     * Folds a path as strongly as any file system does (HFS+, ext4): case, Unicode normalization, and invisible
     * characters.
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
        if (!fits(name, MAX_NAME)) {
            throw new IllegalArgumentException("a name must not have more than " + MAX_NAME + " bytes");
        }
        if (top && isOwn(name)) {
            throw new IllegalArgumentException(OWN + " is Bactrian's own folder");
        }
    }
}
