package io.bactrian.tree;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides which paths are part of the tree, by Ant patterns as in Camel's {@code antInclude} and {@code antExclude}:
 * {@code ?} is one character, {@code *} any number of characters in a name, and a name {@code **} any number of names,
 * including none; matching is case-sensitive. So {@code *.tmp} is a file in the root and {@code **}{@code /*.tmp} one
 * anywhere. There are two differences to Camel: spaces around a name are significant, and {@code ?} matches a character
 * that Java represents by two. Bactrian's own folder, in any spelling, is never part of the tree. Immutable.
 */
public final class Filter {
    /** Everything except Bactrian's own folder. */
    public static final Filter ALL = of(List.of(), List.of());

    private final List<Pattern> include;
    private final List<Pattern> exclude;

    private final boolean emptyDirectories;

    private Filter(List<Pattern> include, List<Pattern> exclude, boolean emptyDirectories) {
        this.include = include;
        this.exclude = exclude;
        this.emptyDirectories = emptyDirectories;
    }

    /**
     * Creates a filter. Each text is one pattern or several separated by commas. Without an include pattern everything
     * is included. Exclusion takes precedence and applies to everything below a directory.
     */
    public static Filter of(List<String> include, List<String> exclude) {
        return of(include, exclude, true);
    }

    /** @param emptyDirectories whether directories that contain nothing included are part of the tree, too */
    public static Filter of(List<String> include, List<String> exclude, boolean emptyDirectories) {
        return new Filter(compile(include), compile(exclude), emptyDirectories);
    }

    /** Whether a pattern matches in the root only, which may not be what the user meant. */
    public static boolean isOfRootOnly(String pattern) {
        return !pattern.isBlank() && !pattern.contains("/") && !pattern.contains("**");
    }

    private static List<Pattern> compile(List<String> patterns) {
        return patterns.stream().flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip).filter(pattern -> !pattern.isEmpty()).map(Filter::compile).toList();
    }

    /** A regular expression for a path that ends with {@code /}, so that each name does. */
    private static Pattern compile(String ant) {
        StringBuilder regex = new StringBuilder();
        boolean deep = false;
        for (StringTokenizer names = new StringTokenizer(ant, "/"); names.hasMoreTokens();) {
            String name = names.nextToken().trim();
            deep |= name.equals("**");
            if (name.equals("**")) {
                regex.append("(?:[^/]+/)*");
            } else if (!name.isEmpty()) {
                appendName(regex, name);
            }
        }
        boolean foreign = ant.startsWith("/") || ant.endsWith("/") && !deep;
        return Pattern.compile(foreign ? "(?!)" : regex.toString());
    }

    private static void appendName(StringBuilder regex, String name) {
        for (int c : name.codePoints().toArray()) {
            switch (c) {
                case '*' -> regex.append("[^/]*");
                case '?' -> regex.append("[^/]");
                default -> regex.append(Pattern.quote(Character.toString(c)));
            }
        }
        regex.append('/');
    }

    /**
     * Whether a path is part of the tree. The root always is. Another directory is, unless it or a parent is excluded,
     * because something below it may be included. Anything else must be included itself, too.
     */
    public boolean admits(String path, boolean directory) {
        if (path.isEmpty()) {
            return true;
        }
        String ended = path + '/';
        if (TreePath.isOwn(ended.substring(0, ended.indexOf('/')))) {
            return false;
        }
        for (Pattern pattern : exclude) {
            Matcher matcher = pattern.matcher(ended);
            for (int end = ended.indexOf('/') + 1; end > 0; end = ended.indexOf('/', end) + 1) {
                if (matcher.region(0, end).matches()) {
                    return false;
                }
            }
        }
        return directory || include.isEmpty() || isIncluded(ended);
    }

    private boolean isIncluded(String ended) {
        return include.stream().anyMatch(p -> p.matcher(ended).matches());
    }

    /** Whether an admitted directory is part of the tree only if it contains something that is. */
    public boolean leavesOutIfEmpty(String directory) {
        return !emptyDirectories && !include.isEmpty() && !directory.isEmpty() && !isIncluded(directory + '/');
    }
}
