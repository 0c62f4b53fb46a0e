package io.bactrian.chaos;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.bactrian.Disk;
import io.bactrian.TreeSnapshot;
import io.bactrian.TreeSnapshot.Node;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Says whether both sides are as they should be. It knows what the guard promises (docs/guard.md): removals may wait for a
 * person's word if something was done that nobody could see, all else may not, unless there is no room for it before them;
 * and what was unmounted stays at the target until it is back or that word was given.
 */
final class Referee {
    /** Within this both sides are equal once nothing more happens, on a machine that does other work, too. */
    static final Duration BOUND = Duration.ofSeconds(Integer.getInteger("chaos.bound", 60));

    /** A person who is asked so often has a reason to complain. */
    private static final int MOST_WORDS = 6;

    /** Inodes that a target may need for itself. */
    private static final int OWN = 100;

    private final Ends.Place place;
    private final Ends ends;
    private final Proxy proxy;
    private final Onlooker onlooker;
    private final Mounted mounted;
    private final Disk disk;
    private final Run.Sum sum;
    private final Duration bound;
    /** What may have kept a removal from being seen since both sides were last equal. */
    private final Set<String> unseen = new LinkedHashSet<>();
    private boolean indexDamaged;

    Referee(Ends.Place place, Ends ends, Proxy proxy, Onlooker onlooker, Mounted mounted, Disk disk, Run.Sum sum) {
        this.place = place;
        this.ends = ends;
        this.proxy = proxy;
        this.onlooker = onlooker;
        this.mounted = mounted;
        this.disk = disk;
        this.sum = sum;
        this.bound = place.much() ? BOUND.multipliedBy(3) : BOUND;
    }

    /** From now on, until both sides are equal, the guard may trip, because of this. */
    void mayTrip(String why) {
        unseen.add(why);
    }

    /** From now on, until both sides are equal, the target may need more room than removals make: for a new index. */
    void mayNotStart() {
        indexDamaged = true;
    }

    private enum Verdict { EQUAL, WAITING, NEITHER }

    /** Waits for that, and gives a person's word or mounts again what was unmounted if removals wait for it. */
    void awaitEqual() throws Exception {
        long began = System.nanoTime();
        if (disk.isMounted() && TreeSnapshot.of(place.source()).nodes().size() + OWN > disk.inodes()) {
            // Not all of what is to stay has room.
            disk.free();
        }
        for (int words = 0; await() == Verdict.WAITING; words++) {
            assertThat(words).as("times that a person was asked, at last: %s; %s", ends.guard(), unseen).isLessThan(MOST_WORDS);
            resolve();
        }
        sum.slowest = Math.max(sum.slowest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        assertThatTree(place.target()).equalsTree(TreeSnapshot.of(place.source()).withoutSpecial());
        onlooker.assertThatNothingWasTorn();
        unseen.clear();
        indexDamaged = false;
    }

    private void resolve() throws IOException {
        if (mounted.comeBack()) {
            sum.returns++;
        } else {
            ends.allowRemovals();
            sum.words++;
        }
        // If not, there is more that waits.
        isSoon(() -> ends.guard().isEmpty());
    }

    private static boolean isSoon(Callable<Boolean> state) {
        try {
            Awaitility.await().atMost(BOUND).pollInterval(Duration.ofMillis(50)).ignoreExceptions().until(state);
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    private Verdict await() throws IOException {
        List<String> wrong = new CopyOnWriteArrayList<>();
        Verdict[] verdict = {Verdict.NEITHER};
        try {
            Awaitility.await().atMost(bound).pollInterval(Duration.ofMillis(50)).ignoreExceptions().until(() -> {
                List<String> found = new ArrayList<>();
                try {
                    start();
                    verdict[0] = judge(found);
                } catch (Exception e) {
                    // What is looked at may vanish, or whoever is asked not answer.
                    found.add(e.toString());
                }
                wrong.clear();
                wrong.addAll(found);
                return verdict[0] != Verdict.NEITHER;
            });
        } catch (ConditionTimeoutException e) {
            onlooker.assertThatNothingWasTorn();
            assertThat(wrong.stream().limit(50)).as("%s, after %d s of quiet; the guard says %s, and may for %s; %s", place,
                    bound.toSeconds(), ends.guard(), unseen, ends.story()).isEmpty();
            throw e;
        }
        return verdict[0];
    }

    private Verdict judge(List<String> wrong) throws IOException {
        if (!proxy.isCalm()) {
            wrong.add("a delayed request is under way");
            return Verdict.NEITHER;
        }
        TreeSnapshot source = TreeSnapshot.of(place.source()).withoutSpecial();
        TreeSnapshot target = TreeSnapshot.of(place.target());
        wrong.addAll(target.differencesTo(source));
        if (wrong.isEmpty()) {
            wrong.addAll(staged());
        }
        if (wrong.isEmpty()) {
            wrong.addAll(ends.disagreements());
        }
        if (wrong.isEmpty()) {
            return Verdict.EQUAL;
        }
        boolean waiting = !unseen.isEmpty() && ends.guard().isPresent()
                && (ends.isGuardOfTarget() || disk.isFull() || onlyRemovalsWait(source, target));
        return waiting ? Verdict.WAITING : Verdict.NEITHER;
    }

    private List<String> staged() throws IOException {
        Path staging = place.target().resolve(".bactrian/staging");
        if (!Files.isDirectory(staging)) {
            return List.of();
        }
        try (Stream<Path> staged = Files.list(staging)) {
            return staged.map(file -> "staging holds " + file.getFileName()).toList();
        }
    }

    /** All that the source has is there, but for what is in the place of something that waits to be removed. */
    private static boolean onlyRemovalsWait(TreeSnapshot source, TreeSnapshot target) {
        return source.nodes().entrySet().stream().allMatch(entry -> {
            Node there = target.nodes().get(entry.getKey());
            return entry.getValue().equals(there) || isDirectoryOfWaiting(entry, there)
                    || isInPlaceOfWaiting(entry.getKey(), source, target);
        });
    }

    private static boolean isDirectoryOfWaiting(Map.Entry<String, Node> should, Node is) {
        return is != null && should.getValue().kind() == Stat.Kind.DIRECTORY && is.kind() == Stat.Kind.DIRECTORY;
    }

    private static boolean isInPlaceOfWaiting(String path, TreeSnapshot source, TreeSnapshot target) {
        for (String at = path; !at.isEmpty(); at = TreePath.parent(at)) {
            Node is = target.nodes().get(at);
            Node should = source.nodes().get(at);
            if (is != null && should != null && is.kind() != should.kind()) {
                return true;
            }
        }
        return false;
    }

    /** A target that has ended for want of room is started again; one that needs a new index, with room for that. */
    private void start() throws Exception {
        if (!ends.targetRuns()) {
            if (indexDamaged) {
                disk.free();
            }
            ends.startTarget();
        }
    }

    interface Act {
        void run();
    }

    /**
     * What vanishes with a file system stays at the target, untouched.
     *
     * @param then what happens next: it comes back, its removal is allowed, or all goes on meanwhile
     */
    void keepsWhatVanishes(String path, Act unmount, int then) throws Exception {
        TreeSnapshot before = TreeSnapshot.of(place.target());
        Set<Object> inodes = inodes(path);
        mayTrip("something was unmounted");
        unmount.run();
        assertThat(isSoon(() -> ends.guard().isPresent())).as("the guard tripped; %s", ends.story()).isTrue();
        assertKept(path, before, inodes);
        if (then == 0) {
            assertThat(mounted.comeBack()).isTrue();
            sum.returns++;
            assertThat(isSoon(() -> ends.guard().isEmpty() && judge(new ArrayList<>()) == Verdict.EQUAL))
                    .as("what was unmounted is back, nobody has said a word, and all is well; %s, %s", ends.guard(),
                            ends.story()).isTrue();
            assertKept(path, before, inodes);
        } else if (then == 1) {
            ends.allowRemovals();
            // Where both ends are processes of their own, the target's guard may trip only then, and wants a word, too.
            isSoon(() -> ends.isGuardOfTarget() || judge(new ArrayList<>()) == Verdict.EQUAL);
            if (ends.isGuardOfTarget()) {
                ends.allowRemovals();
            }
            sum.words++;
            assertThat(isSoon(() -> ends.guard().isEmpty() && judge(new ArrayList<>()) == Verdict.EQUAL))
                    .as("what a person has allowed is removed; %s, %s", ends.guard(), ends.story()).isTrue();
        }
    }

    private void assertKept(String path, TreeSnapshot before, Set<Object> inodes) throws IOException {
        TreeSnapshot now = TreeSnapshot.of(place.target());
        assertThat(before.paths().stream().filter(each -> TreePath.isWithin(each, path) && !each.equals(path))
                .filter(each -> !before.nodes().get(each).equals(now.nodes().get(each)))).as("what has not stayed").isEmpty();
        assertThat(inodes(path)).as("inodes").isEqualTo(inodes);
    }

    private Set<Object> inodes(String path) throws IOException {
        Set<Object> inodes = new LinkedHashSet<>();
        try (Stream<Path> files = Files.list(place.target().resolve(path))) {
            for (Path file : files.sorted().toList()) {
                inodes.add(Files.getAttribute(file, "unix:ino"));
            }
        }
        return inodes;
    }
}
