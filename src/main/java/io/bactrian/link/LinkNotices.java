package io.bactrian.link;

import java.time.Duration;

import io.bactrian.change.RemovalSummary;
import io.bactrian.compare.Notices;

/** Records for a link the findings of a comparison that lead to no work. */
public record LinkNotices(Link link) implements Notices {
    @Override
    public void trouble(String path, String why) {
        link.sent().error("unreadable");
        link.heldPaths().add(link.name(), path, why);
    }

    @Override
    public void unlisted(String path, String why) {
        link.sent().error("unreadable");
        link.heldPaths().addUnlisted(link.name(), path, why);
    }

    @Override
    public void skipped(String path, String what) {
        link.heldPaths().skip(link.name(), path, what);
    }

    @Override
    public void written(String path) {
        link.heldPaths().logOnce(link.name(), path, LargeFileNotices.FOR_ONCE);
    }

    @Override
    public void waits(RemovalSummary loss) {
        link.guard().removalsWait(loss);
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
