package io.bactrian.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The uploads at a target that no change has used yet, by the path that they were sent for. An upload becomes idle, and may be
 * discarded, once a later comparison neither used nor continued it because the file is gone or has changed, or once another
 * upload has begun for its path. Not thread-safe.
 */
final class UnclaimedUploads {
    private static final int LIMIT = 10_000;

    private final Map<String, Open> open = new HashMap<>();
    private final Set<String> idle = new LinkedHashSet<>();
    private long comparison;

    private record Open(String id, long since) {
    }

    /**
     * An upload is open at the target for this path.
     *
     * @param same whether it is the earlier upload of this path, perhaps under another name
     */
    void opened(String path, String id, boolean same) {
        Open before = open.size() < LIMIT || open.containsKey(path) ? open.put(path, new Open(id, comparison)) : null;
        if (before != null && !same && !before.id().equals(id)) {
            idle(before.id());
        }
    }

    /** The upload of this path was used or continued. */
    void used(String path) {
        open.computeIfPresent(path, (same, is) -> new Open(is.id(), comparison));
    }

    /** A change has used the upload of this path, or it was discarded. */
    void gone(String path) {
        open.remove(path);
    }

    /** A comparison begins. */
    void comparisonBegins() {
        comparison++;
    }

    /** The comparison of these paths has ended; returns those whose uploads are idle. */
    List<String> comparisonEnded(Predicate<String> compared) {
        List<String> over = new ArrayList<>();
        open.forEach((path, is) -> {
            if (is.since() < comparison && compared.test(path)) {
                over.add(path);
                idle(is.id());
            }
        });
        over.forEach(open::remove);
        return over;
    }

    void idle(String id) {
        if (idle.size() < LIMIT) {
            idle.add(id);
        }
    }

    /** Takes the idle uploads, except those that are in use for another path by now. */
    List<String> take() {
        open.values().forEach(is -> idle.remove(is.id()));
        List<String> taken = List.copyOf(idle);
        idle.clear();
        return taken;
    }
}
