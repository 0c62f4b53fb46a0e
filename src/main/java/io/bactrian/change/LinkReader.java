package io.bactrian.change;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import io.bactrian.change.Work.Planned;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/** Compares symbolic links with what the target holds at their paths, by where they lead and by their times. */
record LinkReader(Path root, Unsteady unsteady) {
    private static final Duration SOON = Duration.ofSeconds(1);

    void compare(String path, Stat stat, Optional<IndexEntry> held, Findings findings) {
        String target;
        try {
            target = Files.readSymbolicLink(root.resolve(path)).toString();
            unsteady.stood(path);
        } catch (IOException e) {
            unsteady.trouble(path, Stat.Kind.LINK, e).ifPresentOrElse(why -> findings.trouble(path, "the link cannot be read: " + why),
                    () -> findings.lookAgain(path, SOON));
            return;
        }
        if (target.isEmpty()) {
            findings.trouble(path, "the link leads to an empty name, as no file system should tell; make it anew");
            return;
        }
        if (target.indexOf('\uFFFD') >= 0) {
            findings.trouble(path, "the link's target is not text that UTF-8 can hold; rename what it points to");
            return;
        }
        Entry.Link entry = new Entry.Link(path, stat.modified(), target);
        IndexEntry after = IndexEntry.seen(entry, stat);
        if (held.map(IndexEntry::entry).filter(entry::equals).isEmpty()) {
            findings.change(new Planned(new Change.MakeLink(path, entry.modified(), target), Optional.of(after)));
        } else if (!held.get().equals(after)) {
            findings.remember(after);
        }
    }
}
