package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import io.bactrian.change.Change;
import io.bactrian.content.DigestMismatchException;
import io.bactrian.content.Removal;
import io.bactrian.index.Held;
import io.bactrian.index.IndexException;
import io.bactrian.replica.ChangeFailed.CannotApply;
import io.bactrian.replica.ChangeFailed.DigestMismatch;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Changes that are applied together, in the order of the calls. A change that fails leaves replica and index
 * consistent, and the others as they are. Directories get their modes and times in {@link #finish}.
 * Thread-safe for changes to unrelated paths.
 */
public final class Batch implements AutoCloseable {
    private final Site site;
    private final Directories directories;
    private final FileWriter files;
    private final Mover mover;
    private final Consumer<Boolean> release;
    private volatile boolean finished;
    private volatile IndexException doubt;

    /** Told at the end whether the index can be relied on. */
    Batch(Site site, Consumer<Boolean> release) {
        this.site = site;
        this.directories = site.directories();
        this.files = new FileWriter(site);
        this.mover = new Mover(site);
        this.release = release;
    }

    /** A file with this content, mode and time is at the path. */
    public Outcome write(Change.WriteFile change) throws ChangeFailed {
        return apply(change.path(), () -> files.write(change));
    }

    /** A directory is at the path; its mode and time are set in {@link #finish}. */
    public Outcome make(Change.MakeDirectory change) throws ChangeFailed {
        return apply(change.path(), () -> makeDirectory(change.entry()));
    }

    /** A symbolic link with exactly this target is at the path; if the target makes no links, nothing happens. */
    public Outcome link(Change.MakeLink change) throws ChangeFailed {
        return apply(change.path(), () -> site.settings().links() ? makeLink(change.entry()) : Outcome.SAME);
    }

    /** What was at one path is at another, with all below. */
    public Outcome move(Change.Move change) throws ChangeFailed {
        return apply(change.path(), () -> mover.move(change.from(), change.path()));
    }

    /** No file or link is at the path. */
    public Outcome delete(Change.Remove change) throws ChangeFailed {
        return apply(change.path(), () -> remove(change.path(), false));
    }

    /** Nothing is at the path, nor below, the unknown included. */
    public Outcome prune(Change.Remove change) throws ChangeFailed {
        return apply(change.path(), () -> remove(change.path(), true));
    }

    /** Whether a directory is there now; a link to one is none. */
    public boolean holdsDirectory(String path) throws ChangeFailed {
        boolean[] directory = new boolean[1];
        apply(path, () -> {
            directory[0] = look(path).filter(stat -> stat.kind() == Stat.Kind.DIRECTORY).isPresent();
            return Outcome.SAME;
        });
        return directory[0];
    }

    private Outcome makeDirectory(Entry.Directory wanted) throws IOException, CannotApply {
        String path = wanted.path();
        Path place = path.isEmpty() ? directories.at(path) : site.place(path);
        Stat stat = Stat.of(place).orElse(null);
        boolean there = stat != null && stat.kind() == Stat.Kind.DIRECTORY;
        if (there && directories.directory(path).equals(Optional.of(wanted))
                && (directories.isEntered(path) || Site.as(wanted, stat).equals(wanted))) {
            return Outcome.SAME;
        }
        if (there) {
            directories.enter(path);
        } else {
            if (stat != null) {
                site.clear(path, place, stat);
            }
            // Nobody else looks in before it is finished.
            Files.createDirectory(place, PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------")));
            directories.made(path);
        }
        site.index().put(Held.unseen(wanted));
        return Outcome.APPLIED;
    }

    private Outcome makeLink(Entry.Link wanted) throws IOException, CannotApply {
        Path place = site.place(wanted.path());
        Stat stat = Stat.of(place).orElse(null);
        if (stat != null && stat.kind() == Stat.Kind.LINK
                && Files.readSymbolicLink(place).toString().equals(wanted.target())) {
            boolean same = stat.modified() == wanted.modified();
            if (!same) {
                Posix.modified(place, wanted.modified());
            }
            site.held(wanted, place);
            return same ? Outcome.SAME : Outcome.APPLIED;
        }
        Path temporary = site.staging().temporary();
        try {
            Posix.link(temporary, wanted.target());
            Posix.modified(temporary, wanted.modified());
            if (stat != null && stat.kind() == Stat.Kind.DIRECTORY) {
                site.clear(wanted.path(), place, stat);
            }
            site.settle(temporary, place);
        } catch (IOException e) {
            Removal.of(temporary);
            throw e;
        }
        site.held(wanted, place);
        return Outcome.APPLIED;
    }

    private Outcome remove(String path, boolean directoriesToo) throws IOException, CannotApply {
        Stat stat = look(path).orElse(null);
        boolean leftAlone = stat != null && stat.kind() == Stat.Kind.LINK && !site.settings().links();
        if (stat == null || leftAlone) {
            if (site.index().find(path).isPresent()) {
                site.index().remove(path);
            }
            return Outcome.SAME;
        }
        if (stat.kind() == Stat.Kind.DIRECTORY && !directoriesToo) {
            throw new CannotApply(path, "this is a directory: prune it if all below is to go, too");
        }
        site.clear(path, site.place(path), stat);
        return Outcome.APPLIED;
    }

    /** What is at the path; nothing if a parent is no directory, for then nothing in the tree has this path. */
    private Optional<Stat> look(String path) throws IOException {
        try {
            return Stat.of(path.isEmpty() ? directories.at(path) : site.place(path));
        } catch (CannotApply e) {
            return Optional.empty();
        }
    }

    private interface Step {
        Outcome run() throws IOException, ChangeFailed;
    }

    private Outcome apply(String path, Step step) throws ChangeFailed {
        if (finished) {
            throw new IllegalStateException("the batch is finished");
        }
        try {
            return step.run();
        } catch (IndexException e) {
            doubt = e;
            throw e;
        } catch (DigestMismatchException e) {
            throw new DigestMismatch(path, e);
        } catch (IOException e) {
            throw CannotApply.because(path, e);
        } catch (InvalidPathException e) {
            throw CannotApply.because(path, e);
        }
    }

    /**
     * Gives the directories their modes and times, deepest first, and commits the index.
     *
     * @throws CannotApply    if a directory did not take them; all else is done and committed nevertheless
     * @throws IndexException if the index lost the batch; the replica is scanned before the next one begins
     */
    public synchronized void finish() throws ChangeFailed {
        if (finished) {
            return;
        }
        finished = true;
        boolean reliable = false;
        try {
            if (doubt != null) {
                throw doubt;
            }
            List<CannotApply> failures = directories.restore();
            site.index().commit();
            reliable = true;
            if (!failures.isEmpty()) {
                failures.stream().skip(1).forEach(failures.get(0)::addSuppressed);
                throw failures.get(0);
            }
        } finally {
            end(reliable);
        }
    }

    private void end(boolean reliable) {
        try {
            if (!reliable) {
                site.index().rollback();
            }
        } finally {
            release.accept(reliable);
        }
    }

    /** Finishes the batch if that is still to be done: what was applied stays applied. */
    @Override
    public void close() throws ChangeFailed {
        finish();
    }
}
