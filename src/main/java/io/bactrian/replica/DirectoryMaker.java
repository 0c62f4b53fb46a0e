package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

import io.bactrian.index.Held;
import io.bactrian.replica.ChangeFailed.CannotApply;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/** Makes a directory true but for its mode and time, which come last. Thread-safe for different paths. */
record DirectoryMaker(Site site) {

    Outcome make(Entry.Directory wanted) throws IOException, CannotApply {
        String path = wanted.path();
        site.directories().enter(TreePath.parent(path));
        Stat stat = site.look(path).orElse(null);
        boolean there = stat != null && stat.kind() == Stat.Kind.DIRECTORY;
        if (there && site.directories().directory(path).equals(Optional.of(wanted))
                && (site.directories().isEntered(path) || Site.as(wanted, stat).equals(wanted))) {
            return Outcome.SAME;
        }
        if (there) {
            site.directories().enter(path);
        } else {
            Path place = site.place(path);
            site.reserve().permit(stat == null, 0);
            if (stat != null) {
                site.clear(path, place, stat);
            } else {
                site.losses().create(path);
            }
            // Nobody else looks in before it is finished.
            Files.createDirectory(place, PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------")));
            site.directories().made(path);
        }
        site.index().put(Held.unseen(wanted));
        return Outcome.APPLIED;
    }
}
