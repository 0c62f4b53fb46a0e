package io.bactrian.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.bactrian.change.Change;
import io.bactrian.mirror.Stretch.Step;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Time;
import io.bactrian.tree.TreePath;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

class StretchesTest {
    @Property
    void the_stretches_together_are_the_batch(@ForAll("batches") List<Change> batch,
            @ForAll @IntRange(min = 1, max = 9) int most) {
        List<Step> steps = new ArrayList<>();
        for (Stretch stretch : stretches(batch)) {
            List<Stretch> slices = stretch.slices(most);
            assertThat(slices).hasSizeBetween(1, most).noneMatch(slice -> slice.steps().isEmpty());
            slices.forEach(slice -> steps.addAll(slice.steps()));
        }
        assertThat(steps).extracting(Step::index).containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, batch.size()).boxed().toList());
        assertThat(steps).allMatch(step -> step.change() == batch.get(step.index()));
        for (int i = 0; i < steps.size(); i++) {
            for (Step later : steps.subList(i + 1, steps.size())) {
                assertThat(steps.get(i).index() < later.index() || isIndependent(steps.get(i).change(), later.change()))
                        .as(steps.get(i) + " before " + later).isTrue();
            }
        }
    }

    /** The pairs of changes that must keep their order. */
    private static boolean isIndependent(Change directory, Change earlier) {
        boolean selfContained = earlier instanceof Change.MakeLink
                || earlier instanceof Change.WriteFile file && (file.content().isPresent() || file.size() == 0);
        // Nor do files and links of one group, and what is in one group is unrelated
        boolean both = selfContained && (directory instanceof Change.MakeLink || directory instanceof Change.WriteFile file
                && (file.content().isPresent() || file.size() == 0));
        return (directory instanceof Change.MakeDirectory && selfContained || both)
                && !TreePath.isWithin(TreePath.folded(directory.path()), TreePath.folded(earlier.path()))
                && !TreePath.isWithin(TreePath.folded(earlier.path()), TreePath.folded(directory.path()));
    }

    @Example
    void the_files_of_many_new_directories_are_made_at_the_same_time() {
        List<Change> batch = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            batch.add(write("first/f" + i, Optional.of(new byte[] {1})));
        }
        for (int d = 0; d < 20; d++) {
            batch.add(new Change.MakeDirectory("d" + d, 0755, Time.ofNanos(1)));
            batch.add(new Change.MakeDirectory("d" + d + "/e", 0755, Time.ofNanos(1)));
            batch.add(write("d" + d + "/e/f", Optional.of(new byte[] {1})));
        }

        assertThat(stretches(batch)).extracting(stretch -> stretch.op() + " " + stretch.steps().size())
                .containsExactly("dir 40", "file 30");
    }

    @Example
    void a_directory_is_not_made_before_what_was_at_its_place() {
        for (String place : List.of("d/e", "D/E", "d", "d/e/f")) {
            List<Change> batch = List.of(write(place, Optional.of(new byte[] {1})), new Change.MakeDirectory("d/e", 0755, Time.ofNanos(1)));

            assertThat(stretches(batch)).as(place).extracting(stretch -> stretch.steps().size()).containsExactly(1, 1);
        }
    }

    @Property
    void only_independent_changes_run_in_parallel(@ForAll("batches") List<Change> batch) {
        for (Stretch stretch : stretches(batch)) {
            if (stretch.slices(2).size() > 1) {
                Set<String> paths = new HashSet<>();
                Set<Boolean> copied = new HashSet<>();
                for (Step step : stretch.steps()) {
                    assertThat(paths).as("above or below " + step.change().path()).noneMatch(path ->
                            TreePath.isWithin(path, step.change().path()) || TreePath.isWithin(step.change().path(), path));
                    assertThat(step.change()).isInstanceOfAny(Change.WriteFile.class, Change.MakeLink.class);
                    assertThat(paths.add(step.change().path())).as(step.change().path()).isTrue();
                    copied.add(step.change() instanceof Change.WriteFile file && file.content().isEmpty());
                }
                assertThat(copied).hasSize(1);
            }
        }
    }

    @Example
    void a_link_is_never_made_while_something_is_written_below_it() {
        for (String link : List.of("d", "D", "d\u00e9", "d/e", "D\u0345")) {
            List<Change> batch = new ArrayList<>();
            batch.add(new Change.MakeLink(link, Time.ofNanos(1), "/etc"));
            for (int i = 0; i < 40; i++) {
                batch.add(write(link.toLowerCase(Locale.ROOT).replace("\u00e9", "e\u0301") + "/f" + i, Optional.of(new byte[] {1})));
            }
            batch.add(new Change.MakeLink(link, Time.ofNanos(1), "/etc"));

            assertThat(stretches(batch)).as(link).extracting(stretch -> stretch.steps().size()).containsExactly(1, 40, 1);
        }
    }

    @Example
    void a_stretch_has_one_operation_and_a_removal_is_what_it_removes_when_its_turn_comes() {
        Set<String> directories = new HashSet<>();
        Stretches stretches = new Stretches(List.of(new Change.Remove("a"), new Change.Remove("d"), new Change.Remove("b"),
                new Change.MakeDirectory("d", 0755, Time.ofNanos(1)), new Change.Remove("d")), directories::contains);

        assertThat(describe(stretches.next())).isEqualTo("delete a d b");
        assertThat(stretches.hasNext()).isTrue();
        assertThat(describe(stretches.next())).isEqualTo("dir d");
        assertThat(stretches.hasNext()).isTrue();
        directories.add("d");
        assertThat(describe(stretches.next())).isEqualTo("prune d");
        assertThat(stretches.hasNext()).isFalse();

        stretches = new Stretches(List.of(new Change.Remove("a"), new Change.Remove("d"), new Change.Remove("b")), directories::contains);
        assertThat(List.of(describe(stretches.next()), describe(stretches.next()), describe(stretches.next())))
                .containsExactly("delete a", "prune d", "delete b");
    }

    @Example
    void a_stretch_gives_its_change_only_if_it_has_no_other() {
        Stretch stretch = stretches(List.of(new Change.Remove("a"), new Change.Remove("b"))).get(0);

        assertThat(stretch.each()).extracting(Stretch::change).containsExactly(new Change.Remove("a"), new Change.Remove("b"));
        assertThatThrownBy(stretch::change).isInstanceOf(IllegalStateException.class).hasMessageContaining("each");
    }

    private static String describe(Stretch stretch) {
        return stretch.op() + stretch.steps().stream().map(step -> " " + step.change().path()).collect(Collectors.joining());
    }

    private static List<Stretch> stretches(List<Change> batch) {
        List<Stretch> stretches = new ArrayList<>();
        new Stretches(batch, path -> false).forEachRemaining(stretches::add);
        return stretches;
    }

    @Provide
    Arbitrary<List<Change>> batches() {
        Arbitrary<String> names = Arbitraries.strings().withCharRange('a', 'p').ofLength(1);
        Arbitrary<String> paths = names.list().ofMinSize(1).ofMaxSize(3).map(parts -> String.join("/", parts));
        Arbitrary<Change> changes = Arbitraries.frequencyOf(
                Tuple.of(20, paths.map(path -> write(path, Optional.of(new byte[] {1})))),
                Tuple.of(3, paths.map(path -> write(path, Optional.empty()))),
                Tuple.of(3, paths.map(path -> new Change.MakeLink(path, Time.ofNanos(1), "x"))),
                Tuple.of(1, paths.map(path -> new Change.MakeDirectory(path, 0755, Time.ofNanos(1)))),
                Tuple.of(1, paths.map(Change.Remove::new)));
        return changes.list().ofMaxSize(60);
    }

    private static Change write(String path, Optional<byte[]> content) {
        return new Change.WriteFile(path, 0644, Time.ofNanos(1), 1, Digest.of(new byte[] {1}), content);
    }
}
