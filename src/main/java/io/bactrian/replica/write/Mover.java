package io.bactrian.replica.write;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.bactrian.index.IndexEntry;
import io.bactrian.replica.disk.Posix;
import io.bactrian.replica.write.ChangeFailedException.CannotApply;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;

/**
 * Moves an entry, with everything below it, by one rename that replaces what is at the destination. Thread-safe for
 * different paths.
 */
record Mover(BatchContext context) {

    Outcome move(String from, String to) throws IOException, CannotApply {
        Optional<IndexEntry> held = context.index().find(from);
        if (held.isEmpty()) {
            // If the change was delivered twice, the entry is at its destination already.
            return alreadyAt(to).orElseThrow(() -> new CannotApply(to, "the replica has nothing at " + from
                    + " to move here: send the current state instead"));
        }
        Path origin = context.place(from);
        Path place = context.place(to);
        Stat stat = Stat.of(origin).orElse(null);
        if (stat == null) {
            context.index().remove(from);
            throw new CannotApply(to, from + " was removed by somebody else and cannot be moved here: send the current state instead");
        }
        if (!isOf(held.get().entry(), stat)) {
            throw new CannotApply(to, "somebody else put an entry of another type at " + from
                    + ": send both as they are now");
        }
        context.directories().checkOwn(from, stat);
        boolean vouched = held.get().vouchedBy(stat);
        if (stat.kind() == Stat.Kind.DIRECTORY) {
            // Renaming a directory writes its entry "..", so its owner needs access.
            context.directories().enter(from);
        }
        rename(from, to, origin, place, stat);
        context.index().move(from, to);
        context.removalGuard().move(from, to);
        context.directories().moved(from, to);
        if (vouched) {
            // The rename has changed the change time.
            context.held(held.get().entry().at(to), place);
        }
        return Outcome.APPLIED;
    }

    /** Moves the entry at each place to the next, and the last one to the first. */
    Outcome turn(List<String> places, String reported) throws IOException, CannotApply {
        List<IndexEntry> held = new ArrayList<>();
        List<Path> paths = new ArrayList<>();
        boolean[] vouched = new boolean[places.size()];
        for (int i = 0; i < vouched.length; i++) {
            String path = places.get(i);
            held.add(context.index().find(path).orElseThrow(() -> new CannotApply(reported, "the replica has nothing at " + path
                    + " to move: send the current state of all instead")));
            paths.add(context.place(path));
            vouched[i] = vouches(held.get(i), paths.get(i), reported);
        }
        for (IndexEntry each : held) {
            if (each.entry() instanceof Entry.Directory) {
                context.directories().enter(each.path());
            }
        }
        try {
            Posix.turn(paths, context.staging().temporary());
        } catch (AtomicMoveNotSupportedException e) {
            throw acrossFileSystems(reported, places.get(0));
        }
        context.index().turn(places);
        context.removalGuard().turn(places);
        context.directories().turned(places);
        for (int i = 0; i < vouched.length; i++) {
            if (vouched[i]) {
                int next = (i + 1) % vouched.length;
                context.held(held.get(i).entry().at(places.get(next)), paths.get(next));
            }
        }
        return Outcome.APPLIED;
    }

    private static boolean vouches(IndexEntry held, Path place, String reported) throws IOException, CannotApply {
        Stat stat = Stat.of(place).filter(is -> isOf(held.entry(), is)).orElseThrow(() -> new CannotApply(reported,
                "somebody else changed " + held.path() + ": send the current state of all instead"));
        return held.vouchedBy(stat);
    }

    private static CannotApply acrossFileSystems(String to, String from) {
        return new CannotApply(to, "another file system is mounted between here and " + from + ": send the current state instead");
    }

    private Optional<Outcome> alreadyAt(String to) throws IOException, CannotApply {
        boolean there = context.index().find(to).isPresent() && Stat.of(context.place(to)).isPresent();
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
            boolean sameFile = there != null && there.inode() == stat.inode();
            if (there != null && !sameFile) {
                there = context.look(to).orElse(null);
            }
            if (sameFile) {
                // A case-insensitive file system (APFS) finds the entry itself at its new name; clearing that would
                // remove it.
                temporary = context.staging().temporary();
                Files.move(origin, temporary, StandardCopyOption.ATOMIC_MOVE);
                start = temporary;
                there = Stat.of(place).orElse(null);
            }
            // A rename between two hard links of one file does nothing.
            if (there != null && (sameFile || there.kind() == Stat.Kind.DIRECTORY || stat.kind() == Stat.Kind.DIRECTORY)) {
                context.clear(to, place, there);
            } else if (there != null) {
                context.removalGuard().countRemoval(to);
                context.replacing(to, place, there);
            }
            Files.move(start, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw acrossFileSystems(to, from);
        } catch (IOException | CannotApply e) {
            if (temporary != null && Stat.of(origin).isEmpty()) {
                Files.move(temporary, origin, StandardCopyOption.ATOMIC_MOVE);
            }
            throw e;
        }
    }
}
