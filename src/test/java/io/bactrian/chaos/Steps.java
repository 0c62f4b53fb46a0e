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
        return Arbitraries.frequencyOf(Tuple.of(26, deed().map(List::of)), Tuple.of(4, together()),
                Tuple.of(4, pause().map(List::of)), Tuple.of(4, fault().map(List::of)),
                Tuple.of(1, Arbitraries.just(List.<Step>of(new Quiet())))).list().ofMinSize(1).ofMaxSize(90)
                .withSizeDistribution(RandomDistribution.uniform())
                .map(steps -> steps.stream().flatMap(List::stream).toList());
    }

    private static Arbitrary<String> path() {
        return Arbitraries.of("a", "ab", "a-b", "é").list().ofMinSize(1).ofMaxSize(3)
                .map(names -> String.join("/", names));
    }

    /** What is done in one go, so that one comparison finds it: chains, circles, and what hides in a rename. */
    private static Arbitrary<List<Step>> together() {
        return Combinators.combine(path(), path(), path(), Arbitraries.integers().between(0, 20_000)).flatAs((a, b, c, n) ->
                Arbitraries.of(
                        List.of(new Deed(What.RENAME, b, c, n), new Deed(What.RENAME, a, b, n)),
                        List.of(new Deed(What.RENAME, b, c, n), new Deed(What.WRITE, b, "", n)),
                        List.of(new Deed(What.SWAP, a, b, n), new Deed(What.SWAP, b, c, n)),
                        List.of(new Deed(What.RENAME, a, b, n), new Deed(What.APPEND, b, "", n)),
                        List.of(new Deed(What.RENAME, a, b, n), new Deed(What.RENAME, b + "/a", b + "/é", n)),
                        List.of(new Deed(What.FORGE, a, "", n), new Deed(What.RENAME, a, b, n)),
                        List.of(new Deed(What.RENAME, a, b, n), new Deed(What.FORGE, b, "", n),
                                new Deed(What.RENAME, b, c, n)),
                        List.of(new Deed(What.NAME, a, b, n), new Deed(What.APPEND, b, "", n)),
                        List.of(new Deed(What.APPEND, a, "", n), new Deed(What.REMOVE, a, "", n)),
                        List.of(new Deed(What.COPY, a, b, n), new Deed(What.COPY, a, c, n),
                                new Deed(What.WRITE, a, "", n))));
    }

    private static Arbitrary<Step> deed() {
        Arbitrary<String> path = path();
        Arbitrary<What> what = Arbitraries.frequency(Tuple.of(6, What.WRITE), Tuple.of(3, What.REPLACE),
                Tuple.of(2, What.APPEND), Tuple.of(2, What.TRUNCATE), Tuple.of(2, What.FORGE), Tuple.of(1, What.ABROAD),
                Tuple.of(2, What.COPY), Tuple.of(2, What.NAME),
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
