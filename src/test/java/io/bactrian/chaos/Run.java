package io.bactrian.chaos;

import static io.bactrian.TreeAssert.assertThatTree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import io.bactrian.Disk;
import io.bactrian.OwnDirectory;
import io.bactrian.Processes;
import io.bactrian.TreeSnapshot;
import io.bactrian.chaos.Step.Deed;
import io.bactrian.chaos.Step.Fault;
import io.bactrian.chaos.Step.Kind;
import io.bactrian.chaos.Step.Pause;
import io.bactrian.chaos.Step.What;
import io.bactrian.chaos.Throwing.Where;
import org.awaitility.Awaitility;

/** One run: a fresh source and target, what happens to them, and what must be true in the end. */
final class Run implements AutoCloseable {
    /** What was done and looked at, in all runs together. */
    static final class Sum {
        int runs;
        int deeds;
        long looks;
        long slowest;
        int words;
        int returns;
        final Map<Kind, Integer> faults = new EnumMap<>(Kind.class);
        final Map<Where, Integer> thrown = new EnumMap<>(Where.class);
        final Map<What, Integer> large = new EnumMap<>(What.class);

        @Override
        public String toString() {
            return ("%d runs, %d operations, %d faults, %d files read by the onlooker, slowest %d ms to equality;%n"
                    + "operations on hundreds: %s; faults: %s;%nthrown: %s; removals that waited: allowed %d times, undone %d times")
                    .formatted(runs, deeds, faults.values().stream().mapToInt(it -> it).sum(), looks, slowest, large, faults,
                            thrown, words, returns);
        }
    }

    private final OwnDirectory own = OwnDirectory.make();
    private final Path base = own.path();
    private final Disk disk;
    private final Ends.Place place;
    private final History history = new History();
    private final Garden garden;
    private final Bulk bulk;
    private final Mounted mounted;
    private final Throwing.Asking throwing;
    private final Proxy proxy;
    private final Onlooker onlooker;
    private final Ends ends;
    private final Damage damage;
    private final Stranger stranger;
    private final Referee referee;
    private final Sum sum;
    private int vanished;

    Run(Sum sum, boolean lossy, boolean much, Function<Ends.Place, Ends> maker) throws Exception {
        this.sum = sum;
        int port = Processes.freePort();
        proxy = new Proxy(port);
        disk = new Disk(base.resolve("disk"));
        place = new Ends.Place(Files.createDirectory(base.resolve("source")),
                Files.createDirectory(disk.root().resolve("target")),
                base.resolve("state"), proxy.port(), port, lossy ? "1s" : "0", much);
        garden = new Garden(place.source(), history);
        bulk = new Bulk(place.source(), disk, history);
        mounted = new Mounted(place.source(), base.resolve("mounts"));
        throwing = new Throwing.Asking(place.faults());
        onlooker = new Onlooker(place.target(), history);
        ends = maker.apply(place);
        damage = new Damage(place);
        stranger = new Stranger(place.target(), history);
        referee = new Referee(place, ends, proxy, onlooker, mounted, disk, sum);
        ends.startTarget();
        ends.startSource();
        sum.runs++;
    }

    void take(List<Step> steps, boolean lossy) throws Exception {
        for (Step step : steps) {
            if (step instanceof Deed deed) {
                if (garden.does(deed)) {
                    sum.deeds++;
                    if (What.LARGE.contains(deed.what())) {
                        sum.large.merge(deed.what(), 1, Integer::sum);
                    }
                }
            } else if (step instanceof Pause pause) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause.milliseconds()));
            } else if (step instanceof Fault fault) {
                if (happen(fault, lossy)) {
                    sum.faults.merge(fault.kind(), 1, Integer::sum);
                }
            } else {
                quiet();
            }
        }
        quiet();
        TreeSnapshot before = TreeSnapshot.of(place.target());
        proxy.repeatAll();
        Awaitility.await().atMost(Referee.BOUND).pollInterval(Duration.ofMillis(1)).until(proxy::isCalm);
        // At once: a late request is to change nothing, not to be repaired.
        assertThatTree(place.target()).equalsTree(before);
        quiet();
    }

    private boolean happen(Fault fault, boolean lossy) throws Exception {
        int number = fault.number();
        switch (fault.kind()) {
            case KILL_SOURCE -> restartSource(() -> { });
            case KILL_TARGET -> restartTarget(() -> { });
            case STOP_SOURCE -> {
                referee.mayTrip("the source was stopped");
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
                int left = number % 8 * 4096;
                return !bulk.isThere() && switch (number / 8 % 3) {
                    case 0 -> disk.fill(left, 10 << 20);
                    case 1 -> disk.fill(left, 4096);
                    default -> disk.fillInodes(number % 8);
                };
            }
            case BULK -> {
                return place.much() && bulk.add(number);
            }
            case MOUNT -> {
                return mount(number);
            }
            case UNMOUNT -> {
                referee.mayTrip("something was unmounted");
                // A file system with an open file is busy.
                garden.rest();
                return mounted.unmount(number);
            }
            case VANISH -> {
                return place.much() && vanish(number);
            }
            case STRANGER -> {
                return stranger.does(number);
            }
            case CLOCK -> {
                // From two months ago to two months ahead
                return ends.moveClock((number - 2_500) * 2_000);
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
            case DAMAGE_VIEW -> restartSource(() -> damage.view(number));
            case DAMAGE_INDEX -> {
                referee.mayNotStart();
                restartTarget(() -> damage.index(number));
            }
            case LOSE_EVENTS -> {
                referee.mayTrip("events were lost");
                return lossy && ends.loseEvents(number % 100 / 100.0);
            }
            default -> {
                if (fault.kind().where().isPresent()) {
                    throwing.ask(fault.kind().where().get(), number);
                } else {
                    proxy.arm(fault);
                }
            }
        }
        return true;
    }

    private interface Act {
        void run() throws IOException;
    }

    private void killSource() throws Exception {
        referee.mayTrip("the source was killed");
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

    private boolean mount(int number) throws IOException {
        Optional<String> path = garden.directory("", number).filter(is -> !is.isEmpty());
        int files = List.of(0, 3, place.much() ? 150 : 10).get(number % 3);
        if (path.isEmpty() || !mounted.mount(garden, path.get(), files, number / 3 % 2 == 0)) {
            return false;
        }
        referee.mayTrip("something was mounted");
        return true;
    }

    /** Most of the source is unmounted, which nobody has removed: then all of it stays at the target. */
    private boolean vanish(int number) throws Exception {
        quiet();
        String path = "mounted" + vanished++;
        Files.createDirectory(garden.at(path));
        int files = 150 + TreeSnapshot.of(place.source()).nodes().size();
        if (!mounted.mount(garden, path, files, true)) {
            return false;
        }
        referee.mayTrip("something was mounted");
        quiet();
        referee.keepsWhatVanishes(path, () -> mounted.unmountLast(), number % 3);
        return true;
    }

    /** Nothing more goes wrong; both sides become equal, and agree that they are. */
    private void quiet() throws Exception {
        garden.rest();
        ends.loseEvents(0);
        throwing.end().forEach((where, times) -> {
            sum.thrown.merge(where, times, Integer::sum);
            if (where == Where.WATCH || where == Where.DELIVERY) {
                referee.mayTrip("not all was seen");
            }
        });
        if (bulk.isThere()) {
            bulk.remove();
            if (!ends.sourceRuns()) {
                referee.mayTrip("the source was away");
            }
        } else {
            disk.free();
        }
        if (!ends.targetRuns()) {
            ends.startTarget();
        }
        if (!ends.sourceRuns()) {
            ends.startSource();
        }
        referee.awaitEqual();
        disk.free();
    }

    @Override
    public void close() throws Exception {
        sum.looks += onlooker.files();
        try {
            garden.rest();
            ends.close();
        } finally {
            onlooker.close();
            proxy.close();
            mounted.close();
            disk.close();
            own.close();
        }
    }
}
