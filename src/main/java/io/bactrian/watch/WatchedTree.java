package io.bactrian.watch;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * The watched directories below a root: exactly those that exist, never through a symbolic link. A directory that
 * cannot be watched becomes a blind spot and does not affect the others. For one thread, except {@link #size}.
 */
final class WatchedTree {

    private final Path root;
    private final WatchService service;
    private final Registrar registrar;
    private final Predicate<Path> wanted;
    private final Map<WatchKey, WatchedDirectory> byKey = new HashMap<>();
    private final Set<WatchedDirectory> blindSpots = new LinkedHashSet<>();
    private final WatchedDirectory top;
    private volatile int size;

    /**
     * Watches the root and every wanted directory below it.
     *
     * @param root   a real path
     * @param wanted whether a directory at a path below the root is to be watched
     * @throws IOException if the root itself cannot be watched
     */
    WatchedTree(Path root, WatchService service, Registrar registrar, Predicate<Path> wanted) throws IOException {
        this.root = root;
        this.service = service;
        this.registrar = registrar;
        this.wanted = wanted;
        this.top = new WatchedDirectory(registrar.register(root, service));
        remember(top);
        list(top);
    }

    /** The number of watched directories, including the root. */
    int size() {
        return size;
    }

    Optional<WatchedDirectory> owner(WatchKey key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** The directory at this path, if it is in the tree. */
    Optional<WatchedDirectory> find(Path path) {
        Optional<WatchedDirectory> found = Optional.of(top);
        for (Path name : path) {
            found = name.toString().isEmpty() ? found : found.flatMap(directory -> directory.child(name));
        }
        return found;
    }

    boolean isTop(WatchedDirectory directory) {
        return directory == top;
    }

    List<WatchedDirectory> blindSpots() {
        return new ArrayList<>(blindSpots);
    }

    /** What is not seen, for people; empty if everything is. */
    String blindness() {
        if (blindSpots.isEmpty()) {
            return "";
        }
        String first = blindSpots.iterator().next().blindness();
        return blindSpots.size() == 1 ? first : first + " (and " + (blindSpots.size() - 1) + " more directories)";
    }

    /**
     * Inspects the entry of that name, which may be anything or nothing. A directory is watched with everything below
     * it, each before it is listed, so that no change is missed.
     *
     * @return true if a directory became part of this tree, so that its content is new
     */
    boolean look(WatchedDirectory parent, Path name) {
        Deque<WatchedDirectory> unlisted = new ArrayDeque<>();
        boolean news = look(parent, name, unlisted);
        listAll(unlisted);
        return news;
    }

    /** As above, but directories that became part of this tree are yet to be listed. */
    private boolean look(WatchedDirectory parent, Path name, Deque<WatchedDirectory> unlisted) {
        Path path = parent.path().resolve(name);
        WatchKey key;
        try {
            if (!wanted.test(path) || !isDirectory(path)) {
                forget(parent, name);
                return false;
            }
            key = registrar.register(root.resolve(path), service);
        } catch (NoSuchFileException | NotDirectoryException gone) {
            forget(parent, name);
            return false;
        } catch (IOException e) {
            forget(parent, name);
            WatchedDirectory unseen = new WatchedDirectory(WatchFailure.of(root.resolve(path), e));
            unseen.attach(parent, name);
            blindSpots.add(unseen);
            return true;
        }
        // Registering follows links, and it may have become one meanwhile
        if (!Files.isDirectory(root.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
            if (!byKey.containsKey(key)) {
                key.cancel();
            }
            forget(parent, name);
            return false;
        }
        return place(key, parent, name, unlisted);
    }

    private boolean place(WatchKey key, WatchedDirectory parent, Path name, Deque<WatchedDirectory> unlisted) {
        // A renamed directory keeps its key, whose watchable() is the old path
        WatchedDirectory directory = byKey.get(key);
        if (directory == null) {
            directory = new WatchedDirectory(key);
        } else if (directory.isAt(parent, name) && directory.blindness().isEmpty()) {
            return false;
        } else if (parent.isWithin(directory)) {
            return false; // a mount that shows a directory inside itself
        }
        directory.detach();
        forget(parent, name);
        directory.attach(parent, name);
        remember(directory);
        unlisted.push(directory);
        return true;
    }

    /**
     * Lists directories that became part of the tree. Those that moved along with a parent are listed again, because
     * changes below them may have been looked for at the old path.
     */
    private void listAll(Deque<WatchedDirectory> unlisted) {
        while (!unlisted.isEmpty()) {
            WatchedDirectory directory = unlisted.pop();
            List<WatchedDirectory> before = directory.children();
            list(directory, unlisted);
            before.stream().filter(child -> child.isAt(directory, child.name())).forEach(unlisted::push);
        }
    }

    /**
     * Lists a directory, cancels the watches of removed children and watches new ones.
     *
     * @return the names of children that were not watched before
     */
    List<Path> list(WatchedDirectory directory) {
        Deque<WatchedDirectory> unlisted = new ArrayDeque<>();
        List<Path> came = list(directory, unlisted);
        listAll(unlisted);
        return came;
    }

    private List<Path> list(WatchedDirectory directory, Deque<WatchedDirectory> unlisted) {
        Path path = directory.path();
        Set<Path> names = new LinkedHashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(path), this::mayBeWatched)) {
            entries.forEach(entry -> names.add(entry.getFileName()));
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return List.of(); // its parent's events or its own key report that
        } catch (DirectoryIteratorException e) {
            spot(directory, WatchFailure.of(root.resolve(path), e.getCause()));
            return List.of();
        } catch (IOException e) {
            if (TreePath.isTooLong(root.resolve(path))) {
                giveBack(directory); // The comparison reports it, and a renamed parent is listed again
            } else {
                spot(directory, WatchFailure.of(root.resolve(path), e));
            }
            return List.of();
        }
        spot(directory, "");
        for (WatchedDirectory child : directory.children()) {
            if (!names.contains(child.name())) {
                giveBack(child);
            }
        }
        return names.stream().filter(name -> look(directory, name, unlisted)).toList();
    }

    /** Cancels the watches of a child directory and everything below it, if there is one of that name. */
    void forget(WatchedDirectory parent, Path name) {
        parent.child(name).ifPresent(this::giveBack);
    }

    private void giveBack(WatchedDirectory directory) {
        List<WatchedDirectory> all = new ArrayList<>(List.of(directory));
        for (int i = 0; i < all.size(); i++) {
            all.addAll(all.get(i).children());
        }
        for (WatchedDirectory each : all) {
            each.detach();
            each.key().ifPresent(key -> {
                key.cancel();
                byKey.remove(key);
            });
            blindSpots.remove(each);
        }
        size = byKey.size();
    }

    private void remember(WatchedDirectory directory) {
        directory.key().ifPresent(key -> byKey.put(key, directory));
        size = byKey.size();
    }

    private void spot(WatchedDirectory directory, String blindness) {
        directory.blindness(blindness);
        if (blindness.isEmpty()) {
            blindSpots.remove(directory);
        } else {
            blindSpots.add(directory);
        }
    }

    private boolean mayBeWatched(Path entry) {
        try {
            return isDirectory(root.relativize(entry)) && wanted.test(root.relativize(entry));
        } catch (IOException e) {
            return true; // It may be a directory, so it is treated as one and becomes a blind spot
        }
    }

    /** False if the path is longer than the system accepts: the comparison reports that and holds it back. */
    private boolean isDirectory(Path path) throws IOException {
        Path place = root.resolve(path);
        try {
            return Stat.of(place).filter(is -> is.kind() == Stat.Kind.DIRECTORY).isPresent();
        } catch (IOException e) {
            if (TreePath.isTooLong(place)) {
                return false;
            }
            throw e;
        }
    }
}
