package io.bactrian.change;

import java.time.Duration;
import java.util.Optional;

import io.bactrian.change.Work.Planned;
import io.bactrian.index.Held;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/**
 * Takes what is found of a file or link that is about to be moved: nothing is remembered of its new place before the
 * target has said that it holds it there.
 */
record AfterMove(Findings findings) implements Findings {

    @Override
    public void remember(Held held) {
        if (held.entry() instanceof Entry.Link link) {
            change(new Planned(new Change.MakeLink(link.path(), link.modified(), link.target()), Optional.of(held)));
            return;
        }
        Entry.File file = (Entry.File) held.entry();
        change(new Planned(new Change.WriteFile(file.path(), file.mode(), file.modified(), file.size(), file.digest(),
                Optional.empty()), Optional.of(held)));
    }

    @Override
    public void change(Planned planned) {
        findings.change(planned);
    }

    @Override
    public void upload(String path, Stat stat) {
        findings.upload(path, stat);
    }

    @Override
    public void trouble(String path, String why) {
        findings.trouble(path, why);
    }

    @Override
    public void skipped(String path, String what) {
        findings.skipped(path, what);
    }

    @Override
    public void compared(long size) {
        findings.compared(size);
    }

    @Override
    public void lookAgain(String path, Duration after) {
        findings.lookAgain(path, after);
    }
}
