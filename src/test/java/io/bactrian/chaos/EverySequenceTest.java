package io.bactrian.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.bactrian.OwnDirectory;
import io.bactrian.TreeSnapshot;
import io.bactrian.change.TouchedPath;
import io.bactrian.chaos.Step.Deed;
import io.bactrian.chaos.Step.What;
import io.bactrian.tree.TreePath;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** All that can be done in one to three operations with few names: the target follows what was touched. */
class EverySequenceTest {
    private static final int TOGETHER = 250;

    /** In the beginning {@code a}, {@code b/x} and {@code c/x} are files. */
    private static final List<Deed> DEEDS = List.of(
            deed(What.WRITE, "a", ""), deed(What.FORGE, "a", ""), deed(What.REMOVE, "a", ""), deed(What.REMOVE, "b", ""),
            deed(What.TURN, "a", ""), deed(What.TURN, "b", ""), deed(What.LINK, "a", "b"),
            deed(What.NAME, "a", "e"), deed(What.WRITE, "e", ""), deed(What.SWAP, "a", "b"),
            deed(What.SWAP, "b", "c"), deed(What.SWAP, "a", "b/x"),
            deed(What.RENAME, "a", "b/y"), deed(What.RENAME, "b", "d"), deed(What.RENAME, "b/x", "a"),
            deed(What.DIRECTORY, "b", ""));

    private static Deed deed(What what, String path, String other) {
        return new Deed(what, path, other, 100);
    }

    @Test
    void every_short_sequence_is_followed() throws IOException {
        List<List<Deed>> sequences = new ArrayList<>();
        for (Deed first : DEEDS) {
            sequences.add(List.of(first));
            for (Deed second : DEEDS) {
                sequences.add(List.of(first, second));
                DEEDS.forEach(third -> sequences.add(List.of(first, second, third)));
            }
        }
        for (int at = 0; at < sequences.size(); at += TOGETHER) {
            try (OwnDirectory own = OwnDirectory.inMemory()) {
                follow(own.path(), sequences.subList(at, Math.min(sequences.size(), at + TOGETHER)));
            }
        }
    }

    /** Together, for files must have rested a little before their stat is trusted. */
    private static void follow(Path base, List<List<Deed>> sequences) throws IOException {
        Map<Couple, Garden> couples = new LinkedHashMap<>();
        try {
            for (int i = 0; i < sequences.size(); i++) {
                Couple couple = new Couple(base.resolve(Integer.toString(i)));
                couples.put(couple, garden(couple.source));
            }
            long began = System.nanoTime();
            Awaitility.await().pollInterval(Duration.ofMillis(10))
                    .until(() -> System.nanoTime() - began > Duration.ofMillis(40).toNanos());
            for (Couple couple : couples.keySet()) {
                couple.bringInStep(Set.of(TouchedPath.EVERYTHING));
            }
            int i = 0;
            for (Map.Entry<Couple, Garden> each : couples.entrySet()) {
                follow(each.getKey(), each.getValue(), sequences.get(i++));
            }
        } finally {
            couples.keySet().forEach(Couple::close);
        }
    }

    private static Garden garden(Path source) throws IOException {
        Garden garden = new Garden(source, new History());
        for (String path : List.of("a", "b/x", "c/x")) {
            garden.does(deed(What.WRITE, path, ""));
        }
        return garden;
    }

    private static void follow(Couple couple, Garden garden, List<Deed> deeds) throws IOException {
        Set<TouchedPath> touched = new LinkedHashSet<>();
        for (Deed deed : deeds) {
            TreeSnapshot before = TreeSnapshot.of(couple.source);
            garden.does(deed);
            for (String path : touched(before, TreeSnapshot.of(couple.source))) {
                if (!before.nodes().containsKey(path) || !isOtherName(couple.source.resolve(path), couple.source.resolve(deed.path()))) {
                    touched.add(TouchedPath.entry(path));
                }
            }
            touched.add(TouchedPath.entry(deed.path()));
        }
        couple.told.clear();
        couple.bringInStep(touched);
        assertThat(couple.differences()).as("after %s, of which %s was touched and %s told", deeds, touched, couple.told)
                .isEmpty();
    }

    /** Of a file with several names, the system reports the one by which it was written. */
    private static boolean isOtherName(Path path, Path written) throws IOException {
        return !path.equals(written) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(written, LinkOption.NOFOLLOW_LINKS) && Files.isSameFile(path, written);
    }

    /** What the system would report: entries that came or went in a directory, and those that changed. */
    private static Set<String> touched(TreeSnapshot before, TreeSnapshot after) {
        Set<String> touched = new LinkedHashSet<>();
        Set<String> all = new LinkedHashSet<>(before.nodes().keySet());
        all.addAll(after.nodes().keySet());
        for (String path : all) {
            boolean same = java.util.Objects.equals(before.nodes().get(path), after.nodes().get(path));
            if (!same && !path.isEmpty()) {
                touched.add(path);
                touched.add(TreePath.parent(path));
            }
        }
        return touched;
    }
}
