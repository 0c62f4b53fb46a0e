package io.bactrian.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.scrub.Scrub;
import io.bactrian.tree.Entry;
import io.bactrian.wire.Message;

/** What a target finds while it reads all of its content anew for somebody who verifies. For one thread. */
public final class Reread {
    private final List<Message.Scrub.Finding> findings = new ArrayList<>();
    private Optional<String> run = Optional.empty();
    private boolean open;
    private long found;

    Reread(boolean wanted) {
        this.open = wanted;
    }

    boolean isOpen() {
        return open;
    }

    Message.AskScrub ask() {
        return new Message.AskScrub(run, findings.size());
    }

    void learn(Message.Scrub answer) {
        run = Optional.of(answer.run());
        findings.addAll(answer.findings());
        open = !answer.done();
        found = answer.found();
    }

    /** What is different, but could not be told: the target keeps only so many. */
    long untold() {
        return Math.max(0, found - findings.size());
    }

    /** What the target cannot read, with the reason. */
    List<Message.Scrub.Finding> unreadable() {
        return findings.stream().filter(finding -> finding.what().startsWith(Scrub.UNREADABLE)).toList();
    }

    /** Makes a view say what is there, where that is not what the target's index says. */
    void correct(Index view) {
        for (Message.Scrub.Finding finding : findings) {
            Optional<Entry> said = view.find(finding.path()).map(IndexEntry::entry);
            if (finding.what().startsWith(Scrub.UNREADABLE)) {
                continue;
            }
            if (!said.equals(finding.held())) {
                // It was repaired meanwhile.
                continue;
            }
            finding.is().map(IndexEntry::unseen).ifPresentOrElse(view::put, () -> view.remove(finding.path()));
        }
    }
}
