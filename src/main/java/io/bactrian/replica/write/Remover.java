package io.bactrian.replica.write;

import java.io.IOException;
import java.util.Optional;

import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.settings.Property;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/** Removes what is at a path. Thread-safe for different paths. */
record Remover(BatchContext context) {

    /** Removes what is at the path; a directory only if {@code directoriesToo}. */
    Outcome remove(String path, boolean directoriesToo) throws IOException, CannotApply {
        Stat stat = look(path).orElse(null);
        boolean leftAlone = stat != null && stat.kind() == Stat.Kind.LINK && !context.settings().value(Property.TARGET_LINKS);
        if (stat == null || leftAlone) {
            if (context.index().find(path).isPresent()) {
                context.index().remove(path);
            }
            return Outcome.SAME;
        }
        if (stat.kind() == Stat.Kind.DIRECTORY && !directoriesToo) {
            throw new CannotApply(path, "this is a directory: send a remove with prune to remove everything below it, too");
        }
        context.clear(path, context.place(path), stat);
        return Outcome.APPLIED;
    }

    /** The stat of the path; empty if a parent is no directory, since then the path does not exist in the tree. */
    Optional<Stat> look(String path) throws IOException {
        try {
            context.directories().enter(TreePath.parent(path));
            return context.directories().look(path);
        } catch (CannotApply e) {
            return Optional.empty();
        }
    }
}
