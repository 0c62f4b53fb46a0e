package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.content.Removal;
import io.bactrian.index.IndexException;
import io.bactrian.replica.ChangeFailed.CannotApply;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/** Makes a symbolic link true. Thread-safe for different paths. */
record LinkMaker(Site site) {

    Outcome make(Entry.Link wanted) throws IOException, CannotApply {
        Path place = site.place(wanted.path());
        Stat stat = site.look(wanted.path()).orElse(null);
        if (stat != null && stat.kind() == Stat.Kind.LINK
                && Files.readSymbolicLink(place).toString().equals(wanted.target())) {
            boolean same = stat.modified().equals(wanted.modified());
            if (!same) {
                Posix.modified(place, wanted.modified());
            }
            Site.checkTime(wanted, site.held(wanted, place));
            return same ? Outcome.SAME : Outcome.APPLIED;
        }
        site.reserve().permit(stat == null, 0);
        Path temporary = site.staging().temporary();
        try {
            Posix.link(temporary, wanted.target());
            Posix.modified(temporary, wanted.modified());
            if (stat != null && stat.kind() == Stat.Kind.DIRECTORY) {
                site.clear(wanted.path(), place, stat);
            } else if (stat != null) {
                site.replacing(wanted.path(), place, stat);
            }
            site.settle(temporary, place);
        } catch (IOException | CannotApply | IndexException e) {
            Removal.of(temporary);
            throw e;
        }
        if (stat == null) {
            site.losses().create(wanted.path());
        }
        Site.checkTime(wanted, site.held(wanted, place));
        return Outcome.APPLIED;
    }
}
