package io.bactrian.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Creates trees with paths longer than the system's limit, as programs do that change into each directory. */
public final class LongPaths {
    private static final int PIECE = 8;

    private LongPaths() {
    }

    /**
     * Creates nested directories with a file {@code f} in each.
     *
     * @param levels that there are, this one included
     * @param length of each name below this one
     * @return the paths of the directories, relative to the first one's parent
     */
    public static List<String> make(Path top, int levels, int length) throws IOException {
        List<String> paths = new ArrayList<>(List.of(top.getFileName().toString()));
        for (int level = 1; level < levels; level++) {
            paths.add(TreePath.child(paths.get(level - 1), name(level, length)));
        }
        Path below = null;
        for (int end = levels; end > 0; end -= PIECE) {
            int begin = Math.max(0, end - PIECE);
            Path piece = Files.createDirectory(begin == 0 ? top : top.resolveSibling("piece" + begin));
            Path at = piece;
            Files.writeString(at.resolve("f"), "file " + begin);
            for (int level = begin + 1; level < end; level++) {
                at = Files.createDirectory(at.resolve(name(level, length)));
                Files.writeString(at.resolve("f"), "file " + level);
            }
            if (below != null) {
                Files.move(below, at.resolve(name(end, length)));
            }
            below = piece;
        }
        return paths;
    }

    private static String name(int level, int length) {
        return String.format("%03d", level) + "n".repeat(length - 3);
    }
}
