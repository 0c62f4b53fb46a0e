package io.bactrian.chaos;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

import io.bactrian.Disk;
import io.bactrian.Processes;
import io.bactrian.TreeSnapshot;
import io.bactrian.chaos.Step.Deed;
import io.bactrian.chaos.Step.Fault;
import io.bactrian.chaos.Step.Pause;
import io.bactrian.content.Removal;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** One run: a fresh source and target, what happens to them, and what must be true in the end. */
final class Run implements AutoCloseable {
    /** Within this both sides are equal once nothing more happens, on a machine that does other work, too. */
    private static final Duration BOUND = Duration.ofSeconds(Integer.getInteger("chaos.bound", 30));

    /** What was done and looked at, in all runs together. */
    static final class Sum {
        int runs;
        int deeds;
        int faults;
        long looks;
        long slowest;

        @Override
        public String toString() {
            return "%d runs, %d operations, %d faults, %d files read by the onlooker, slowest %d ms to equality"
                    .formatted(runs, deeds, faults, looks, slowest);
        }
    }

    private final Path base = Files.createTempDirectory("bactrian-chaos").toRealPath();
    private final Disk disk;
    private final Ends.Place place;
    private final History history = new History();
    private final Garden garden;
    private final Proxy proxy;
    private final Onlooker onlooker;
    private final Ends ends;
    private final Damage damage;
    private final Stranger stranger;
    private final Sum sum;

    Run(Sum sum, boolean lossy, Function<Ends.Place, Ends> maker) throws Exception {
        this.sum = sum;
        int port = Processes.freePort();
        proxy = new Proxy(port);
        disk = new Disk(base.resolve("disk"));
        place = new Ends.Place(Files.createDirectory(base.resolve("source")),
                Files.createDirectory(disk.root().resolve("target")),
                base.resolve("state"), proxy.port(), port, lossy ? "1s" : "0");
        garden = new Garden(place.source(), history);
        onlooker = new Onlooker(place.target(), history);
        ends = maker.apply(place);
        damage = new Damage(place);
        stranger = new Stranger(place.target(), history);
        ends.startTarget();
        ends.startSource();
        sum.runs++;
    }

    void take(List<Step> steps, boolean lossy) throws Exception {
        for (Step step : steps) {
            if (step instanceof Deed deed) {
                sum.deeds += garden.does(deed) ? 1 : 0;
            } else if (step instanceof Pause pause) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause.milliseconds()));
            } else if (step instanceof Fault fault) {
                sum.faults += happen(fault, lossy) ? 1 : 0;
            } else {
                quiet();
            }
        }
        quiet();
        TreeSnapshot before = TreeSnapshot.of(place.target());
        proxy.repeatAll();
        Awaitility.await().atMost(BOUND).pollInterval(Duration.ofMillis(1)).until(proxy::isCalm);
        // At once: a late request is to change nothing, not to be repaired.
        assertThatTree(place.target()).equalsTree(before);
        quiet();
    }

    private boolean happen(Fault fault, boolean lossy) throws Exception {
        switch (fault.kind()) {
            case KILL_SOURCE -> restartSource(() -> { });
            case KILL_TARGET -> restartTarget(() -> { });
            case STOP_SOURCE -> {
                if (ends.sourceRuns()) {
                    ends.stopSource();
                }
                ends.startSource();
            }
            case STOP_TARGET -> {
                if (ends.targetRuns()) {
                    ends.stopTarget();
                }
                ends.startTarget();
            }
            case FULL_DISK -> {
                return disk.fill(fault.number() % 8 * 4096);
            }
            case STRANGER -> {
                return stranger.does(fault.number());
            }
            case CLOCK -> {
                // From two months ago to two months ahead
                return ends.moveClock((fault.number() - 2_500) * 2_000);
            }
            case SWITCH_SOURCE -> {
                if (ends.sourceRuns()) {
                    killSource();
                } else {
                    ends.startSource();
                }
            }
            case SWITCH_TARGET -> {
                if (ends.targetRuns()) {
                    killTarget();
                } else {
                    ends.startTarget();
                }
            }
            case DAMAGE_VIEW -> restartSource(() -> damage.view(fault.number()));
            case DAMAGE_INDEX -> restartTarget(() -> damage.index(fault.number()));
            case LOSE_EVENTS -> {
                return lossy && ends.loseEvents(fault.number() % 100 / 100.0);
            }
            default -> proxy.arm(fault);
        }
        return true;
    }

    private interface Act {
        void run() throws IOException;
    }

    private void killSource() throws Exception {
        ends.killSource();
        proxy.cutAll();
    }

    private void killTarget() throws Exception {
        ends.killTarget();
        proxy.cutAll();
    }

    private void restartSource(Act between) throws Exception {
        if (ends.sourceRuns()) {
            killSource();
        }
        between.run();
        ends.startSource();
    }

    private void restartTarget(Act between) throws Exception {
        if (ends.targetRuns()) {
            killTarget();
        }
        between.run();
        ends.startTarget();
    }

    /** Nothing more goes wrong; both sides become equal, and agree that they are. */
    private void quiet() throws Exception {
        ends.loseEvents(0);
        disk.free();
        if (!ends.targetRuns()) {
            ends.startTarget();
        }
        if (!ends.sourceRuns()) {
            ends.startSource();
        }
        long began = System.nanoTime();
        List<String> wrong = new ArrayList<>();
        try {
            Awaitility.await().atMost(BOUND).pollInterval(Duration.ofMillis(50)).ignoreExceptions().until(() -> {
                wrong.clear();
                wrong.addAll(differences());
                return wrong.isEmpty();
            });
        } catch (ConditionTimeoutException e) {
            onlooker.assertThatNothingWasTorn();
            assertThat(wrong).as("%s, after %d s of quiet; %s", place, BOUND.toSeconds(), ends.story()).isEmpty();
            throw e;
        }
        sum.slowest = Math.max(sum.slowest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        assertThatTree(place.target()).equalsTree(place.source());
        onlooker.assertThatNothingWasTorn();
    }

    private List<String> differences() throws IOException {
        if (!proxy.isCalm()) {
            return List.of("a delayed request is under way");
        }
        List<String> differences = TreeSnapshot.of(place.target()).differencesTo(TreeSnapshot.of(place.source()));
        if (!differences.isEmpty()) {
            return differences;
        }
        Path staging = place.target().resolve(".bactrian/staging");
        if (!Files.isDirectory(staging)) {
            return ends.disagreements();
        }
        try (Stream<Path> staged = Files.list(staging)) {
            List<String> left = staged.map(file -> "staging holds " + file.getFileName()).toList();
            return left.isEmpty() ? ends.disagreements() : left;
        }
    }

    @Override
    public void close() throws Exception {
        sum.looks += onlooker.files();
        try {
            ends.close();
        } finally {
            onlooker.close();
            proxy.close();
            disk.close();
            Removal.of(base);
        }
    }
}
