package io.bactrian.chaos;

import java.util.List;

import io.bactrian.chaos.Step.Deed;
import io.bactrian.chaos.Step.Fault;
import io.bactrian.chaos.Step.Kind;
import io.bactrian.chaos.Step.Pause;
import io.bactrian.chaos.Step.Quiet;
import io.bactrian.chaos.Step.What;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/** Draws what happens in a run. Few names, so that what is done collides. */
final class Steps {
    private Steps() {
    }

    static Arbitrary<List<Step>> any() {
        return Arbitraries.frequencyOf(Tuple.of(30, deed()), Tuple.of(4, pause()), Tuple.of(4, fault()),
                Tuple.of(1, Arbitraries.just(new Quiet()))).list().ofMinSize(1).ofMaxSize(100)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    private static Arbitrary<Step> deed() {
        Arbitrary<String> path = Arbitraries.of("a", "ab", "a-b", "é").list().ofMinSize(1).ofMaxSize(3)
                .map(names -> String.join("/", names));
        Arbitrary<What> what = Arbitraries.frequency(Tuple.of(6, What.WRITE), Tuple.of(3, What.REPLACE),
                Tuple.of(2, What.APPEND), Tuple.of(2, What.TRUNCATE), Tuple.of(2, What.FORGE),
                Tuple.of(6, What.DIRECTORY), Tuple.of(2, What.LINK), Tuple.of(6, What.RENAME), Tuple.of(4, What.SWAP),
                Tuple.of(2, What.TURN), Tuple.of(2, What.CHMOD), Tuple.of(2, What.TOUCH), Tuple.of(4, What.REMOVE),
                Tuple.of(1, What.DEEP), Tuple.of(1, What.MANY));
        return Combinators.combine(what, path, path, Arbitraries.integers().between(0, 20_000)).as(Deed::new);
    }

    private static Arbitrary<Step> fault() {
        return Combinators.combine(Arbitraries.of(Kind.class), Arbitraries.integers().between(0, 5_000)).as(Fault::new);
    }

    private static Arbitrary<Step> pause() {
        return Arbitraries.integers().between(0, 400).map(Pause::new);
    }
}
