package io.bactrian.change;

import java.util.Optional;

import io.bactrian.change.Work.Planned;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;

/**
 * Takes what is found of a file or link that is about to be moved: nothing is remembered of its new place before the
 * target has said that it holds it there.
 */
record AfterMove(Findings findings) implements PassedOn {

    @Override
    public void remember(IndexEntry held) {
        if (held.entry() instanceof Entry.Link link) {
            change(new Planned(new Change.MakeLink(link.path(), link.modified(), link.target()), Optional.of(held)));
            return;
        }
        Entry.File file = (Entry.File) held.entry();
        change(new Planned(new Change.WriteFile(file.path(), file.mode(), file.modified(), file.size(), file.digest(),
                Optional.empty()), Optional.of(held)));
    }
}
