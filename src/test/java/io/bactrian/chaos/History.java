package io.bactrian.chaos;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.bactrian.tree.Digest;

/**
 * Which contents the source ever had at which path. What is renamed takes its past along, for a target may rename
 * before it writes. Thread-safe.
 */
final class History {
    private final Map<String, Set<Digest>> contents = new HashMap<>();
    private final Set<Digest> anywhere = new HashSet<>();

    synchronized void hold(String path, byte[] content) {
        contents.computeIfAbsent(path, is -> new HashSet<>()).add(Digest.of(content));
    }

    /** Made by somebody else at the target, which may yet rename it as the source did long ago. */
    synchronized void holdAnywhere(byte[] content) {
        anywhere.add(Digest.of(content));
    }

    synchronized void renamed(String from, String to) {
        Map<String, Set<Digest>> moved = new HashMap<>();
        contents.forEach((path, digests) -> {
            if (path.equals(from) || path.startsWith(from + "/")) {
                moved.put(to + path.substring(from.length()), digests);
            }
        });
        moved.forEach((path, digests) -> contents.computeIfAbsent(path, is -> new HashSet<>()).addAll(Set.copyOf(digests)));
    }

    synchronized boolean knows(String path, Digest content) {
        return anywhere.contains(content) || contents.getOrDefault(path, Set.of()).contains(content);
    }

    synchronized boolean knowsAnywhere(Digest content) {
        return contents.values().stream().anyMatch(digests -> digests.contains(content));
    }
}
