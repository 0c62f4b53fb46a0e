package io.bactrian.chaos;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

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

    /** With what takes long: hundreds of files and levels, full disks, removals that wait for somebody's word. */
    static Arbitrary<List<Step>> large() {
        return any(Arbitraries.frequencyOf(Tuple.of(5, fault(EnumSet.allOf(Kind.class))), Tuple.of(1, hundreds())));
    }

    /** Without that, for a run that is to be short. */
    static Arbitrary<List<Step>> small() {
        return any(fault(EnumSet.complementOf(EnumSet.copyOf(Kind.LARGE))));
    }

    private static Arbitrary<List<Step>> any(Arbitrary<List<Step>> faults) {
        return Arbitraries.frequencyOf(Tuple.of(26, deed().map(List::of)), Tuple.of(4, together()),
                Tuple.of(4, pause().map(List::of)), Tuple.of(5, faults),
                Tuple.of(1, Arbitraries.just(List.<Step>of(new Quiet())))).list().ofMinSize(1).ofMaxSize(90)
                .withSizeDistribution(RandomDistribution.uniform())
                .map(steps -> steps.stream().flatMap(List::stream).toList());
    }

    private static Arbitrary<String> path() {
        Arbitrary<String> odd = Arbitraries.of(" %41?{{x}}\n'\"\\", "l".repeat(250));
        return Arbitraries.frequencyOf(Tuple.of(20, Arbitraries.of("a", "ab", "a-b", "é")), Tuple.of(1, odd)).list()
                .ofMinSize(1).ofMaxSize(3).map(names -> String.join("/", names));
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
                Tuple.of(1, What.DEEP), Tuple.of(1, What.MANY), Tuple.of(1, What.FIFO), Tuple.of(2, What.SPARSE), Tuple.of(1, What.RESTLESS));
        return Combinators.combine(what, path, path, Arbitraries.integers().between(0, 20_000)).as(Deed::new);
    }

    /** Much at once, most of it when both sides are equal; it is renamed, moved and removed at its top. */
    private static Arbitrary<List<Step>> hundreds() {
        return Combinators.combine(path(), path(), Arbitraries.integers().between(0, 20_000),
                Arbitraries.integers().between(0, 2_000)).flatAs((a, b, n, rest) -> {
                    Step there = new Deed(What.DIRECTORY, a, "", n);
                    Step levels = new Deed(What.LEVELS, a, "", n);
                    Step crowd = new Deed(What.CROWD, a, "", n);
                    Step renamed = new Deed(What.RENAME, a, b, n);
                    Step pause = new Pause(rest);
                    Step quiet = new Quiet();
                    return Arbitraries.of(List.of(there, levels, renamed), List.of(there, levels, pause, renamed),
                            List.of(there, levels, quiet, renamed, new Deed(What.REMOVE, b, "", n)),
                            List.of(there, levels, quiet, new Deed(What.SWAP, a, b, n)),
                            List.of(there, levels, pause, new Deed(What.REMOVE, a, "", n)),
                            List.of(there, levels, quiet, new Deed(What.CLEAR, a, "", n)),
                            List.of(there, crowd, quiet, new Deed(What.CLEAR, a, "", n)),
                            List.of(there, crowd, quiet, new Deed(What.REMOVE, a, "", n)),
                            List.of(there, crowd, pause, renamed, new Deed(What.CLEAR, b, "", n)));
                });
    }

    private static Arbitrary<List<Step>> fault(Set<Kind> kinds) {
        return Combinators.combine(Arbitraries.of(kinds), Arbitraries.integers().between(0, 5_000))
                .as((kind, number) -> List.of(new Fault(kind, number)));
    }

    private static Arbitrary<Step> pause() {
        return Arbitraries.integers().between(0, 400).map(Pause::new);
    }
}
