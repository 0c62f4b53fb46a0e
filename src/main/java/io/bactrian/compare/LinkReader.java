package io.bactrian.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/** Compares symbolic links with what the target holds at their paths, by target and modification time. */
record LinkReader(Path root, KindChanges kindChanges) {
    private static final Duration SOON = Duration.ofSeconds(1);

    void compare(String path, Stat stat, Optional<IndexEntry> held, ComparisonListener findings) {
        String target;
        try {
            target = Files.readSymbolicLink(root.resolve(path)).toString();
            kindChanges.read(path);
        } catch (IOException e) {
            kindChanges.trouble(path, Stat.Kind.LINK, e).ifPresentOrElse(why -> findings.trouble(path, "the link cannot be read: " + why),
                    () -> findings.lookAgain(path, SOON));
            return;
        }
        if (target.isEmpty()) {
            findings.trouble(path, "the link's target is empty, which no file system should allow; create the link again");
            return;
        }
        if (target.indexOf('\uFFFD') >= 0) {
            findings.trouble(path, "the link's target is not valid UTF-8; rename what it points to");
            return;
        }
        Entry.Link entry = new Entry.Link(path, stat.modified(), target);
        IndexEntry after = IndexEntry.seen(entry, stat);
        if (held.map(IndexEntry::entry).filter(entry::equals).isEmpty()) {
            findings.change(new PlannedChange(new Change.MakeLink(path, entry.modified(), target), Optional.of(after)));
        } else if (!held.get().equals(after)) {
            findings.remember(after);
        }
    }
}
