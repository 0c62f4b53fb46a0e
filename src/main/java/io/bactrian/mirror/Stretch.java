package io.bactrian.mirror;

import java.util.List;
import java.util.stream.IntStream;

import io.bactrian.change.Change;

/**
 * Changes of one operation that a step of a route makes together, in their order. Immutable.
 *
 * @param op    {@code file}, {@code dir}, {@code link}, {@code move}, {@code delete} (a file or link), or {@code prune} (a directory and
 *              everything below it)
 * @param steps at least one
 */
public record Stretch(String op, List<Step> steps) {
    /** Fewer changes than this are not worth another thread. */
    private static final int FEW = 8;

    /** A change with its position in the batch, from 0. */
    public record Step(int index, Change change) {
    }

    /**
     * The change of a stretch that has only one.
     *
     * @throws IllegalStateException if it has more
     */
    public Change change() {
        if (steps.size() > 1) {
            throw new IllegalStateException("this stretch has " + steps.size() + " changes; split it with applier.each to see each of them");
        }
        return steps.get(0).change();
    }

    /** Each change as a stretch of its own. */
    public List<Stretch> each() {
        return steps.stream().map(step -> new Stretch(op, List.of(step))).toList();
    }

    /** At most {@code most} parts that can be made concurrently; only files and links may be made in any order. */
    public List<Stretch> slices(int most) {
        boolean independent = steps.get(0).change() instanceof Change.WriteFile || steps.get(0).change() instanceof Change.MakeLink;
        int count = independent ? Math.max(1, Math.min(most, steps.size() / FEW)) : 1;
        return IntStream.range(0, count).mapToObj(i -> new Stretch(op, steps.subList((int) ((long) steps.size() * i / count),
                (int) ((long) steps.size() * (i + 1) / count)))).toList();
    }
}
