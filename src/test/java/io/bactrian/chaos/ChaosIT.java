package io.bactrian.chaos;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import io.bactrian.Processes;
import io.bactrian.chaos.Step.Deed;
import io.bactrian.chaos.Step.Fault;
import io.bactrian.chaos.Step.Kind;
import io.bactrian.chaos.Step.What;
import io.bactrian.watch.ThrowingRegistrar;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Anything may happen to a source, to both processes and to the network between them: once it ends, both sides are
 * equal, and whoever looked at the target saw whole files only.
 *
 * <p>Half a minute of it is part of {@code mvn verify}. For an hour, a third of it with processes that are killed:
 * {@code mvn verify -Dchaos.minutes=60 -Dit.test=ChaosIT -Dtest=EverySequenceTest}. A failure tells its seed, which
 * {@code @Property(seed = ...)} takes, and the shortest sequence that was found in ten seconds, or in
 * {@code -Djqwik.shrinking.bounded.seconds=600}.
 */
class ChaosIT {
    /** Never reached: the time ends it before. */
    private static final int MANY = 10_000;
    private static final Run.Sum SUM = new Run.Sum();
    private static final Clock SHORT = new Clock(Duration.ofSeconds(30));
    private static final Clock LONG = new Clock(Duration.ofSeconds(40L * Integer.getInteger("chaos.minutes", 0)));
    private static final Clock KILLING = new Clock(Duration.ofSeconds(20L * Integer.getInteger("chaos.minutes", 0)));

    /** Begins when it is first asked. */
    private static final class Clock {
        private final Duration length;
        private long began;

        Clock(Duration length) {
            this.length = length;
        }

        boolean isOver() {
            began = began == 0 ? System.nanoTime() : began;
            return System.nanoTime() - began > length.toNanos();
        }
    }

    @Property(tries = MANY, seed = "20261120", generation = GenerationMode.RANDOMIZED, shrinking = ShrinkingMode.BOUNDED)
    void both_sides_become_equal_whatever_happens(@ForAll("small") List<Step> steps, @ForAll boolean lossy)
            throws Exception {
        run(steps, lossy, false, SHORT, InOneProcess::new);
    }

    @Property(tries = MANY, generation = GenerationMode.RANDOMIZED, shrinking = ShrinkingMode.BOUNDED)
    void both_sides_become_equal_for_a_long_time(@ForAll("large") List<Step> steps, @ForAll boolean lossy)
            throws Exception {
        run(steps, lossy, isMuch(steps), LONG, InOneProcess::new);
    }

    @Property(tries = MANY, generation = GenerationMode.RANDOMIZED, shrinking = ShrinkingMode.BOUNDED)
    void both_sides_become_equal_although_their_processes_are_killed(@ForAll("large") List<Step> steps) throws Exception {
        if (!KILLING.isOver()) {
            try (Processes processes = Processes.with(Throwing.class, ThrowingRegistrar.class).open()) {
                run(steps, false, isMuch(steps), KILLING, place -> new InTwoProcesses(place, processes));
            }
        }
    }

    private static boolean isMuch(List<Step> steps) {
        return steps.stream().anyMatch(step -> step instanceof Deed deed && What.LARGE.contains(deed.what())
                || step instanceof Fault fault && Kind.LARGE.contains(fault.kind()));
    }

    private static void run(List<Step> steps, boolean lossy, boolean much, Clock clock, Function<Ends.Place, Ends> maker)
            throws Exception {
        if (clock.isOver()) {
            return;
        }
        try (Run run = new Run(SUM, lossy, much, maker)) {
            run.take(steps, lossy);
        }
    }

    @AfterContainer
    static void tell() {
        System.out.println("chaos: " + SUM);
    }

    @Provide
    Arbitrary<List<Step>> small() {
        return Steps.small();
    }

    @Provide
    Arbitrary<List<Step>> large() {
        return Steps.large();
    }
}
