package io.bactrian.replica;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import io.bactrian.OwnDirectory;
import io.bactrian.TreeSnapshot;
import io.bactrian.change.Change;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat.Kind;
import io.bactrian.tree.Time;
import io.bactrian.tree.TreePath;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class ReplicaModelTest {
    private static final long NOW = 1_700_000_000_987_654_321L;

    /** A model of a tree in memory. */
    private static final class Model {
        final TreeMap<String, TreeSnapshot.Node> nodes = new TreeMap<>();

        boolean apply(Change change) {
            String path = change.path();
            if (change instanceof Change.Move move) {
                return move.circle().isEmpty() ? move(move.from(), path) : turn(move.places());
            } else if (change instanceof Change.Remove) {
                below(path).clear();
                nodes.remove(path);
                return true;
            } else if (!path.isEmpty() && !isDirectory(TreePath.parent(path))) {
                return false;
            }
            boolean keepsContent = change instanceof Change.MakeDirectory && isDirectory(path);
            if (!keepsContent && !path.isEmpty()) {
                below(path).clear();
            }
            nodes.put(path, node(change));
            return true;
        }

        private boolean move(String from, String to) {
            if (!nodes.containsKey(from)) {
                return nodes.containsKey(to);
            } else if (!isDirectory(TreePath.parent(to))) {
                return false;
            }
            below(to).clear();
            SortedMap<String, TreeSnapshot.Node> moved = new TreeMap<>(below(from));
            below(from).clear();
            nodes.put(to, nodes.remove(from));
            moved.forEach((path, node) -> nodes.put(to + path.substring(from.length()), node));
            return true;
        }

        private boolean turn(List<String> places) {
            if (!nodes.keySet().containsAll(places)) {
                return false;
            }
            int last = places.size() - 1;
            move(places.get(last), "between");
            for (int i = last - 1; i >= 0; i--) {
                move(places.get(i), places.get(i + 1));
            }
            return move("between", places.get(0));
        }

        private boolean isDirectory(String path) {
            return nodes.containsKey(path) && nodes.get(path).kind() == Kind.DIRECTORY;
        }

        private SortedMap<String, TreeSnapshot.Node> below(String path) {
            return nodes.subMap(path + "/", path + "0");
        }

        private static TreeSnapshot.Node node(Change change) {
            if (change instanceof Change.WriteFile file) {
                return new TreeSnapshot.Node(Kind.FILE, file.mode(), file.modified(), file.size(),
                        file.digest().toString());
            } else if (change instanceof Change.MakeDirectory directory) {
                return new TreeSnapshot.Node(Kind.DIRECTORY, directory.mode(), directory.modified(), 0, "");
            }
            Change.MakeLink link = (Change.MakeLink) change;
            return new TreeSnapshot.Node(Kind.LINK, 0, link.modified(), 0, link.target());
        }
    }

    @Property(tries = 150)
    void after_any_batches_disk_and_index_match_the_model(
            @ForAll("batches") List<List<Change>> batches) throws Exception {
        try (OwnDirectory own = OwnDirectory.make()) {
            Path outside = Files.createDirectory(own.path().resolve("outside"));
            Files.writeString(outside.resolve("a"), "precious");
            TreeSnapshot before = TreeSnapshot.of(outside);
            run(own.path(), batches);
            assertThatTree(outside).equalsTree(before);
        }
    }

    private static void run(Path place, List<List<Change>> batches) throws IOException, ChangeFailedException {
        Model model = new Model();
        try (Workbench bench = new Workbench(Files.createDirectory(place.resolve("root")))) {
            Change root = new Change.MakeDirectory("", 0755, Time.ofNanos(NOW));
            bench.apply(root);
            model.apply(root);
            for (List<Change> changes : batches) {
                try (Batch batch = bench.replica.begin()) {
                    changes.forEach(change -> assertThat(succeeds(batch, change)).as("%s", change)
                            .isEqualTo(model.apply(change)));
                }
                assertThatTree(bench.root).equalsTree(new TreeSnapshot(model.nodes));
            }
            assertThat(bench.index.digest("")).isEqualTo(bench.fresh());
            assertThat(bench.staged()).isEmpty();
        }
    }

    private static boolean succeeds(Batch batch, Change change) {
        try {
            Workbench.apply(batch, change);
            return true;
        } catch (ChangeFailedException e) {
            return false;
        }
    }

    @Provide
    Arbitrary<List<List<Change>>> batches() {
        return change().list().ofMinSize(1).ofMaxSize(12).list().ofMaxSize(5);
    }

    private static boolean areApart(List<String> places) {
        return places.stream().allMatch(one -> places.stream().filter(other -> TreePath.isWithin(other, one)).count() == 1);
    }

    private static Change move(List<String> places, boolean circle) {
        List<String> rest = new ArrayList<>(places.subList(2, places.size()));
        rest.add(places.get(0));
        return new Change.Move(places.get(0), places.get(1), circle ? rest : List.of());
    }

    private static Arbitrary<Change> change() {
        Arbitrary<String> path = Arbitraries.of("a", "b").list().ofMinSize(1).ofMaxSize(3)
                .map(names -> String.join("/", names));
        Arbitrary<Time> time = Arbitraries.of(Time.ofNanos(NOW), Time.ofNanos(NOW + 1), Time.ofNanos(-1), Time.ofNanos(0));
        Arbitrary<Integer> fileMode = Arbitraries.of(0644, 0600, 01777);
        // Readable modes, so that a normal user can compare the content, too.
        Arbitrary<Integer> directoryMode = Arbitraries.of(0755, 0555, 0500, 01777);
        Arbitrary<Change> file = Combinators.combine(path, fileMode, time, Arbitraries.of("", "x", "y", "long"))
                .as((p, mode, modified, text) -> {
                    byte[] content = Workbench.bytes(text.equals("long") ? "z".repeat(70_000) : text);
                    return new Change.WriteFile(p, mode, modified, content.length, Digest.of(content),
                            Optional.of(content));
                });
        Arbitrary<Change> directory = Combinators.combine(Arbitraries.frequencyOf(
                Tuple.of(9, path), Tuple.of(1, Arbitraries.just(""))), directoryMode, time)
                .as(Change.MakeDirectory::new);
        Arbitrary<Change> link = Combinators.combine(path, time,
                Arbitraries.of("a", "..//outside", "../outside/", "nowhere")).as(Change.MakeLink::new);
        Arbitrary<Change> move = path.list().ofMinSize(2).ofMaxSize(3).filter(ReplicaModelTest::areApart)
                .flatMap(places -> Arbitraries.of(places.size() > 2, true).map(circle -> move(places, circle)));
        return Arbitraries.frequencyOf(Tuple.of(4, file), Tuple.of(4, directory),
                Tuple.of(2, link), Tuple.of(2, move),
                Tuple.of(1, path.map(Change.Remove::new)));
    }
}
