package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

import io.bactrian.index.Held;
import io.bactrian.replica.ChangeFailed.CannotApply;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/** Moves what is held at one path to another, with all below, by one rename. Thread-safe for different paths. */
record Mover(Site site) {

    Outcome move(String from, String to) throws IOException, CannotApply {
        Optional<Held> held = site.index().find(from);
        if (held.isEmpty()) {
            // Delivered twice, perhaps: then what was meant is at its new place.
            return alreadyAt(to).orElseThrow(() -> new CannotApply(to, "nothing is held at " + from
                    + " that could move here: send it as it is now"));
        }
        Path origin = site.place(from);
        Path place = site.place(to);
        Stat stat = Stat.of(origin).orElse(null);
        if (stat == null) {
            site.index().remove(from);
            throw new CannotApply(to, from + " vanished and cannot move here: send it as it is now");
        }
        if (!isOf(held.get().entry(), stat)) {
            throw new CannotApply(to, "somebody else put something of another type at " + from
                    + ": send both as they are now");
        }
        boolean vouched = held.get().vouchedBy(stat);
        if (stat.kind() == Stat.Kind.DIRECTORY) {
            // To change a directory's parent is to write to it: its owner must be let in.
            site.directories().enter(from);
        }
        rename(from, to, origin, place, stat);
        site.index().move(from, to);
        site.directories().moved(from, to);
        if (vouched) {
            // The rename has changed the change time.
            site.held(held.get().entry().at(to), place);
        }
        return Outcome.APPLIED;
    }

    private Optional<Outcome> alreadyAt(String to) throws IOException, CannotApply {
        boolean there = site.index().find(to).isPresent() && Stat.of(site.place(to)).isPresent();
        return there ? Optional.of(Outcome.SAME) : Optional.empty();
    }

    private static boolean isOf(Entry entry, Stat stat) {
        return switch (stat.kind()) {
            case FILE -> entry instanceof Entry.File;
            case DIRECTORY -> entry instanceof Entry.Directory;
            case LINK -> entry instanceof Entry.Link;
            case OTHER -> false;
        };
    }

    private void rename(String from, String to, Path origin, Path place, Stat stat) throws IOException, CannotApply {
        Stat there = Stat.of(place).orElse(null);
        Path temporary = null;
        try {
            Path start = origin;
            if (there != null && there.inode() == stat.inode()) {
                // A file system that folds upper and lower case (APFS) finds what is to move at its new name already:
                // making room would remove it.
                temporary = site.staging().temporary();
                Files.move(origin, temporary, StandardCopyOption.ATOMIC_MOVE);
                start = temporary;
                there = Stat.of(place).orElse(null);
            }
            if (there != null) {
                site.clear(to, place, there);
            }
            Files.move(start, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new CannotApply(to, "another file system is mounted between here and " + from
                    + ": send it as it is now");
        } catch (IOException e) {
            if (temporary != null && Stat.of(origin).isEmpty()) {
                Files.move(temporary, origin, StandardCopyOption.ATOMIC_MOVE);
            }
            throw e;
        }
    }
}
