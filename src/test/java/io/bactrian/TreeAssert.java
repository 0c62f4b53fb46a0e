package io.bactrian;

import java.nio.file.Path;
import java.util.List;

import org.assertj.core.api.AbstractAssert;

/** Says of a directory what it holds, and names each path that is not as it should be. */
public final class TreeAssert extends AbstractAssert<TreeAssert, TreeSnapshot> {

    private TreeAssert(TreeSnapshot actual) {
        super(actual, TreeAssert.class);
    }

    /** Begins a statement about the directory as it is now. */
    public static TreeAssert assertThatTree(Path directory) {
        return new TreeAssert(TreeSnapshot.of(directory)).as("tree " + directory);
    }

    /** The same types, contents, modes, modification times (ns) and link targets, and nothing extra. */
    public TreeAssert equalsTree(Path expected) {
        return equalsTree(TreeSnapshot.of(expected));
    }

    /** As {@link #equalsTree(Path)}, compared with what a tree was at an earlier moment. */
    public TreeAssert equalsTree(TreeSnapshot expected) {
        List<String> differences = actual.differencesTo(expected);
        if (!differences.isEmpty()) {
            failWithMessage("the trees differ at %d paths:%n%s", differences.size(),
                    String.join(System.lineSeparator(), differences.subList(0, Math.min(50, differences.size()))));
        }
        return this;
    }

    /** Nothing is below the root. */
    public TreeAssert isEmpty() {
        return holdsExactly();
    }

    /** Exactly these relative paths are below the root, in any order. */
    public TreeAssert holdsExactly(String... paths) {
        List<String> sorted = List.of(paths).stream().sorted().toList();
        if (!actual.paths().equals(sorted)) {
            failWithMessage("the tree should hold%n  %s%nand holds%n  %s", sorted, actual.paths());
        }
        return this;
    }
}
