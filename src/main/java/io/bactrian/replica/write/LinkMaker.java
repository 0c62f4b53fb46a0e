package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.content.RecursiveDelete;
import io.bactrian.index.IndexException;
import io.bactrian.replica.disk.Posix;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/** Makes a symbolic link. Thread-safe for different paths. */
record LinkMaker(BatchContext context) {

    Outcome make(Entry.Link wanted) throws IOException, CannotApply {
        Path place = context.place(wanted.path());
        Stat stat = context.look(wanted.path()).orElse(null);
        if (stat != null && stat.kind() == Stat.Kind.LINK
                && Files.readSymbolicLink(place).toString().equals(wanted.target())) {
            boolean same = stat.modified().equals(wanted.modified());
            if (!same) {
                Posix.modified(place, wanted.modified());
            }
            BatchContext.checkTime(wanted, context.held(wanted, place));
            return same ? Outcome.SAME : Outcome.APPLIED;
        }
        context.reserve().permit(stat == null, 0);
        Path temporary = context.staging().temporary();
        try {
            Posix.link(temporary, wanted.target());
            Posix.modified(temporary, wanted.modified());
            context.put(wanted.path(), temporary, place, stat);
        } catch (IOException | CannotApply | IndexException e) {
            RecursiveDelete.of(temporary);
            throw e;
        }
        BatchContext.checkTime(wanted, context.held(wanted, place));
        return Outcome.APPLIED;
    }
}
