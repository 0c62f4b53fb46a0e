package io.bactrian.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.scrub.Scrub;
import io.bactrian.tree.Entry;
import io.bactrian.wire.Message;

/** Collects what a target finds while it reads all of its content again for {@code bactrian verify}. For one thread. */
public final class TargetReread {
    private final List<Message.Scrub.Finding> findings = new ArrayList<>();
    private Optional<String> run = Optional.empty();
    private boolean open;
    private long found;

    TargetReread(boolean wanted) {
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

    /** The number of findings that were not reported, because the target keeps a limited number. */
    long unreported() {
        return Math.max(0, found - findings.size());
    }

    /** What the target cannot read, and why. */
    List<Message.Scrub.Finding> unreadable() {
        return findings.stream().filter(finding -> finding.what().startsWith(Scrub.UNREADABLE)).toList();
    }

    /** Corrects a view where the target's content differs from its index. */
    void correct(Index view) {
        for (Message.Scrub.Finding finding : findings) {
            Optional<Entry> said = view.find(finding.path()).map(IndexEntry::entry);
            if (finding.what().startsWith(Scrub.UNREADABLE)) {
                continue;
            }
            if (!said.equals(finding.held())) {
                // Repaired meanwhile.
                continue;
            }
            finding.is().map(IndexEntry::unseen).ifPresentOrElse(view::put, () -> view.remove(finding.path()));
        }
    }
}
