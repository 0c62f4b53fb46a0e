package io.bactrian.watch;

import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A directory of a {@link WatchedTree}. It stores its name and parent rather than its path, so renaming a directory
 * moves everything below it.
 */
final class WatchedDirectory {

    private final Optional<WatchKey> key;
    private final Map<Path, WatchedDirectory> children = new HashMap<>();
    private Optional<WatchedDirectory> parent = Optional.empty();
    private Path name = Path.of("");
    private String blindness = "";

    WatchedDirectory(WatchKey key) {
        this.key = Optional.of(key);
    }

    /** Creates a directory that cannot be watched at present. */
    WatchedDirectory(String blindness) {
        this.key = Optional.empty();
        this.blindness = blindness;
    }

    Optional<WatchKey> key() {
        return key;
    }

    Optional<WatchedDirectory> parent() {
        return parent;
    }

    Path name() {
        return name;
    }

    /** Relative to the root; empty for the root. */
    Path path() {
        Deque<Path> names = new ArrayDeque<>();
        for (Optional<WatchedDirectory> at = Optional.of(this); at.isPresent(); at = at.get().parent) {
            names.push(at.get().name);
        }
        // Joins neighbours pairwise: joining from the root down would copy the prefix at each step
        for (int left = names.size(); left > 1; left = names.size()) {
            for (int i = 0; i < left / 2; i++) {
                names.add(names.pop().resolve(names.pop()));
            }
            if (left % 2 == 1) {
                names.add(names.pop());
            }
        }
        return names.pop();
    }

    Optional<WatchedDirectory> child(Path childName) {
        return Optional.ofNullable(children.get(childName));
    }

    List<WatchedDirectory> children() {
        return new ArrayList<>(children.values());
    }

    boolean isAt(WatchedDirectory directory, Path childName) {
        return directory.children.get(childName) == this;
    }

    boolean isWithin(WatchedDirectory directory) {
        Optional<WatchedDirectory> at = Optional.of(this);
        while (at.isPresent() && at.get() != directory) {
            at = at.get().parent;
        }
        return at.isPresent();
    }

    void attach(WatchedDirectory directory, Path childName) {
        parent = Optional.of(directory);
        name = childName;
        directory.children.put(childName, this);
    }

    void detach() {
        parent.ifPresent(directory -> directory.children.remove(name, this));
        parent = Optional.empty();
    }

    /** Why changes in it or below it are not seen; empty if they are. */
    String blindness() {
        return blindness;
    }

    void blindness(String reason) {
        blindness = reason;
    }
}
