package io.bactrian.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.bactrian.OwnDirectory;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import io.bactrian.tree.TreePath;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.assertj.core.api.ThrowingConsumer;

/** Compares the index with a map, using names that are difficult for SQL patterns, prefixes and text order. */
class IndexPropertyTest {
    private static final List<String> NAMES = List.of("a", "ab", "a-b", "a0", "a.", "%", "_", "A", "é", "\uFB01", "😀", "'");

    /** One operation on both the index and the model. */
    sealed interface Step {
        record Put(IndexEntry held) implements Step {
        }

        record Remove(String path) implements Step {
        }

        record Move(String from, String to) implements Step {
        }

        /** Computes digests, so that later steps invalidate them. */
        record Ask(String path) implements Step {
        }

        record Commit() implements Step {
        }
    }

    @Property(tries = 600)
    void behaves_like_a_map(@ForAll("steps") List<Step> steps) {
        IndexModel model = new IndexModel();
        try (Index index = Index.inMemory()) {
            run(steps, index, model);
            assertSame(index, model);
        }
    }

    @Property(tries = 60)
    void is_unchanged_after_reopening(@ForAll("steps") List<Step> steps) throws IOException {
        withFile(file -> {
            IndexModel model = new IndexModel();
            try (Index index = Index.open(file)) {
                run(steps, index, model);
            }
            try (Index index = Index.open(file)) {
                assertSame(index, model);
            }
        });
    }

    @Property(tries = 100)
    void a_rollback_restores_the_last_commit(@ForAll("steps") List<Step> before, @ForAll("steps") List<Step> undone,
            @ForAll("steps") List<Step> after) {
        IndexModel model = new IndexModel();
        try (Index index = Index.inMemory()) {
            run(before, index, model);
            index.commit();
            run(undone.stream().filter(step -> !(step instanceof Step.Commit)).toList(), index,
                    model.copy());
            index.rollback();
            run(after, index, model);
            assertSame(index, model);
        }
    }

    @Property(tries = 200)
    void the_digest_does_not_depend_on_history(@ForAll("steps") List<Step> steps, @ForAll Random random) {
        IndexModel model = new IndexModel();
        try (Index index = Index.inMemory(); Index other = Index.inMemory()) {
            run(steps, index, model);
            List<IndexEntry> shuffled = new ArrayList<>(model.entries.values());
            Collections.shuffle(shuffled, random);
            shuffled.forEach(other::put);
            assertThat(other.digest("")).isEqualTo(index.digest(""));
        }
    }

    private static void run(List<Step> steps, Index index, IndexModel model) {
        for (Step step : steps) {
            if (step instanceof Step.Put put) {
                index.put(put.held());
                model.put(put.held());
            } else if (step instanceof Step.Remove remove) {
                index.remove(remove.path());
                model.remove(remove.path());
            } else if (step instanceof Step.Move move) {
                index.move(move.from(), move.to());
                model.move(move.from(), move.to());
            } else if (step instanceof Step.Ask ask) {
                assertThat(index.directoryDigests(ask.path())).isEqualTo(model.directoryDigests(ask.path()));
                assertThat(index.digest(ask.path())).isEqualTo(model.digest(ask.path()));
            } else {
                index.commit();
            }
        }
    }

    private static void assertSame(Index index, IndexModel model) {
        assertThat(index.count()).isEqualTo(model.entries.size());
        List<String> paths = new ArrayList<>(model.entries.keySet());
        paths.addAll(NAMES);
        paths.add("");
        for (String path : paths) {
            assertThat(index.find(path).orElse(null)).isEqualTo(model.entries.get(path));
            assertThat(index.children(path)).isEqualTo(model.children(path));
            assertThat(index.directoryDigests(path)).containsExactlyEntriesOf(model.directoryDigests(path));
            assertThat(index.digest(path)).isEqualTo(model.digest(path));
        }
        for (long inode = 0; inode < 4; inode++) {
            long wanted = inode;
            assertThat(index.byInode(inode)).containsExactlyInAnyOrderElementsOf(
                    model.entries.values().stream().filter(held -> held.inode() == wanted).toList());
        }
    }

    private static void withFile(ThrowingConsumer<Path> test) throws IOException {
        try (OwnDirectory own = OwnDirectory.make()) {
            test.accept(own.path().resolve("index.db"));
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<String> anywhere = Arbitraries.of(NAMES).list().ofMinSize(1).ofMaxSize(4)
                .map(names -> String.join("/", names));
        // Few names, so that moves and removals hit existing entries.
        Arbitrary<String> near = Arbitraries.of("a", "a-b", "%").list().ofMinSize(1).ofMaxSize(3)
                .map(names -> String.join("/", names));
        Arbitrary<String> paths = Arbitraries.frequencyOf(Tuple.of(1, anywhere), Tuple.of(3, near));
        Arbitrary<Step> put = Combinators.combine(held(paths), Arbitraries.longs().between(0, 3)).as((entry, inode) ->
                new Step.Put(new IndexEntry(entry, inode, inode)));
        // Creates all parents of a path and then the path.
        Arbitrary<List<Step>> grow = held(paths).map(IndexPropertyTest::withParents);
        Arbitrary<Step> remove = paths.map(Step.Remove::new);
        Arbitrary<Step> move = Combinators.combine(paths, paths)
                .filter((from, to) -> !TreePath.isWithin(from, to) && !TreePath.isWithin(to, from)).as(Step.Move::new);
        Arbitrary<Step> ask = Arbitraries.oneOf(paths, Arbitraries.just("")).map(Step.Ask::new);
        Arbitrary<List<Step>> one = Arbitraries.frequencyOf(
                Tuple.of(6, grow), Tuple.of(2, put.map(List::of)),
                Tuple.of(2, remove.map(List::of)), Tuple.of(4, move.map(List::of)),
                Tuple.of(3, ask.map(List::of)),
                Tuple.of(1, Arbitraries.just(List.of(new Step.Commit()))),
                Tuple.of(1, Arbitraries.just(List.of(new Step.Remove("")))));
        return one.list().ofMaxSize(30).map(lists -> lists.stream().flatMap(List::stream).toList());
    }

    private static List<Step> withParents(Entry entry) {
        List<Step> steps = new ArrayList<>();
        for (String at = TreePath.parent(entry.path());; at = TreePath.parent(at)) {
            steps.add(0, new Step.Put(IndexEntry.unseen(new Entry.Directory(at, 0755, Time.ofNanos(1)))));
            if (at.isEmpty()) {
                break;
            }
        }
        steps.add(new Step.Put(new IndexEntry(entry, 5, 2)));
        return steps;
    }

    private static Arbitrary<Entry> held(Arbitrary<String> paths) {
        Arbitrary<Integer> modes = Arbitraries.of(0, 0644, 0755, 07777);
        Arbitrary<Time> times = Arbitraries.of(Time.ofNanos(Long.MIN_VALUE), Time.ofNanos(-1), Time.ofNanos(0),
                Time.ofNanos(1_700_000_000_123_456_789L), Time.ofNanos(Long.MAX_VALUE), new Time(253_402_300_800L, 1),
                new Time(253_402_300_800L, 2), new Time(Long.MIN_VALUE, 0), new Time(Long.MAX_VALUE, 999_999_999));
        Arbitrary<Entry> files = Combinators.combine(paths, modes, times, Arbitraries.of("x", "y")).as(
                (path, mode, time, text) -> new Entry.File(path, mode, time, 1, Digest.of(text.getBytes())));
        Arbitrary<Entry> directories = Combinators.combine(paths, modes, times).as(Entry.Directory::new);
        Arbitrary<Entry> links = Combinators.combine(paths, times, Arbitraries.of("a", "../ü", "😀")).as(Entry.Link::new);
        return Arbitraries.oneOf(files, directories, links);
    }
}
