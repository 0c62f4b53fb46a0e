package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import io.bactrian.index.IndexEntry;
import io.bactrian.replica.disk.Posix;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/** Makes a directory. Its mode and time are set at the end of the batch. Thread-safe for different paths. */
record DirectoryMaker(BatchContext context) {

    Outcome make(Entry.Directory wanted) throws IOException, CannotApply {
        String path = wanted.path();
        context.directories().enter(TreePath.parent(path));
        Stat stat = context.look(path).orElse(null);
        boolean there = stat != null && stat.kind() == Stat.Kind.DIRECTORY;
        if (there && context.directories().directory(path).equals(Optional.of(wanted))
                && (context.directories().isEntered(path) || BatchContext.as(wanted, stat).equals(wanted))) {
            return Outcome.SAME;
        }
        if (there) {
            context.directories().enter(path);
        } else {
            Path place = context.place(path);
            context.reserve().permit(stat == null, 0);
            if (stat != null) {
                context.clear(path, place, stat);
            } else {
                context.removalGuard().create(path);
            }
            // Private until it is complete.
            Files.createDirectory(place, Posix.made(0700));
            context.directories().made(path);
        }
        context.index().put(IndexEntry.unseen(wanted));
        return Outcome.APPLIED;
    }
}
