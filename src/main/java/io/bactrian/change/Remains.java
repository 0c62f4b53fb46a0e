package io.bactrian.change;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What lies at a target of contents that no change has named yet, by the path that it was sent for. It is idle once a
 * comparison that began after it came neither named it nor went on sending it: the file was removed, or is another by now;
 * or once something else was begun for its path. Its user guards it.
 */
final class Remains {
    private static final int LIMIT = 10_000;

    private final Map<String, Lying> lying = new HashMap<>();
    private final Set<String> idle = new LinkedHashSet<>();
    private long comparison;

    private record Lying(String id, long since) {
    }

    /**
     * An upload is open there for this path.
     *
     * @param same whether it is the one that was open for it before, perhaps under another name
     */
    void lies(String path, String id, boolean same) {
        Lying before = lying.size() < LIMIT || lying.containsKey(path) ? lying.put(path, new Lying(id, comparison)) : null;
        if (before != null && !same && !before.id().equals(id)) {
            idle(before.id());
        }
    }

    /** Something happened to it, of which the next comparison is to know. */
    void keep(String path) {
        lying.computeIfPresent(path, (same, is) -> new Lying(is.id(), comparison));
    }

    /** Nothing lies there any more: a change has named it, or it was dropped. */
    void gone(String path) {
        lying.remove(path);
    }

    /** A comparison begins. */
    void begins() {
        comparison++;
    }

    /** It has ended, and had to do with these paths; answers those of which something idle lies there. */
    List<String> ended(Predicate<String> compared) {
        List<String> over = new ArrayList<>();
        lying.forEach((path, is) -> {
            if (is.since() < comparison && compared.test(path)) {
                over.add(path);
                idle(is.id());
            }
        });
        over.forEach(lying::remove);
        return over;
    }

    void idle(String id) {
        if (idle.size() < LIMIT) {
            idle.add(id);
        }
    }

    /** Takes what is idle, but for what is in use by now for whatever path. */
    List<String> take() {
        lying.values().forEach(is -> idle.remove(is.id()));
        List<String> taken = List.copyOf(idle);
        idle.clear();
        return taken;
    }
}
