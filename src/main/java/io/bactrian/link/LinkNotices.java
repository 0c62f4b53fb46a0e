package io.bactrian.link;

import java.time.Duration;

import io.bactrian.change.Loss;
import io.bactrian.change.Plan;

/** Keeps, for a link, what a comparison finds that asks for no work. */
public record LinkNotices(Link link) implements Plan.Notices {
    @Override
    public void trouble(String path, String why) {
        link.sent().error("unreadable");
        link.troubles().add(link.name(), path, why);
    }

    @Override
    public void unlisted(String path, String why) {
        link.sent().error("unreadable");
        link.troubles().addUnlisted(link.name(), path, why);
    }

    @Override
    public void skipped(String path, String what) {
        link.troubles().skip(link.name(), path, what);
    }

    @Override
    public void written(String path) {
        link.troubles().tell(link.name(), path, WrittenFile.FOR_ONCE);
    }

    @Override
    public void waits(Loss loss) {
        link.guard().waits(loss);
    }

    @Override
    public void replaced(String directory) {
        link.backlog().forget(directory);
    }

    @Override
    public void lookAgain(String path, Duration after) {
        link.touchLater(path, after);
    }

    @Override
    public void compared(long size) {
        link.compared(size);
    }
}
