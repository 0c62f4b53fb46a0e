package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;

import io.bactrian.OwnDirectory;
import io.bactrian.change.TouchedPath;
import io.bactrian.plan.Backlog;
import io.bactrian.tree.TreePath;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is done to a directory, the changes that are told of it lead the target there. */
class ComparisonPropertyTest {
    private static final List<String> NAMES = List.of("a", "ab", "a-b", "é", "%");

    /** Something done to a directory; what cannot be done is left undone. */
    record Deed(String what, String path, String other, int number) {
        void on(Source source, List<String> touched) {
            boolean there = source.exists(path);
            if (!Files.isDirectory(source.root.resolve(TreePath.parent(path)), LinkOption.NOFOLLOW_LINKS)
                    || there == List.of("write", "directory", "link").contains(what)
                    || List.of("mode", "time").contains(what) && Files.isSymbolicLink(source.root.resolve(path))) {
                return;
            }
            switch (what) {
                case "write" -> source.write(path, "x".repeat(number % 7));
                case "directory" -> source.directory(path);
                case "link" -> source.link(path, other);
                case "remove" -> source.remove(path);
                case "mode" -> source.mode(path, number % 2 == 0 ? "rwx------" : "rwxr-xr-x");
                case "time" -> source.time(path, number);
                default -> {
                    if (source.exists(other) || TreePath.isWithin(other, path)
                            || !Files.isDirectory(source.root.resolve(TreePath.parent(other)), LinkOption.NOFOLLOW_LINKS)) {
                        return;
                    }
                    source.rename(path, other);
                    touched.add(other);
                }
            }
            touched.add(path);
        }
    }

    @Property(tries = 250)
    void a_comparison_of_the_whole_tree_brings_the_target_in_step(@ForAll("deeds") List<Deed> before,
            @ForAll("deeds") List<Deed> after, @ForAll boolean prompt) throws IOException {
        in(source -> {
            source.prompt = prompt;
            before.forEach(deed -> deed.on(source, new ArrayList<>()));
            source.compare();
            after.forEach(deed -> deed.on(source, new ArrayList<>()));
            source.compare();
            assertInStep(source);
        });
    }

    @Property(tries = 250)
    void comparing_the_touched_paths_is_enough(@ForAll("deeds") List<Deed> before,
            @ForAll("deeds") List<Deed> after, @ForAll boolean prompt) throws IOException {
        in(source -> {
            source.prompt = prompt;
            before.forEach(deed -> deed.on(source, new ArrayList<>()));
            source.compare();
            List<String> touched = new ArrayList<>();
            after.forEach(deed -> deed.on(source, touched));
            Backlog backlog = new Backlog();
            // As the watch does: a directory that is new is to be compared with all that is in it.
            touched.forEach(path -> backlog.add(Files.isDirectory(source.root.resolve(path), LinkOption.NOFOLLOW_LINKS)
                    ? new TouchedPath(path, TouchedPath.Scope.TREE) : TouchedPath.entry(path)));
            source.compare(backlog.take().toArray(TouchedPath[]::new));
            // What was in doubt is put off, never dropped.
            for (int again = 0; again < 3 && !source.later.isEmpty(); again++) {
                source.later.forEach(path -> backlog.add(TouchedPath.entry(path)));
                source.compare(backlog.take().toArray(TouchedPath[]::new));
            }
            assertInStep(source);
        });
    }

    private static void assertInStep(Source source) {
        assertThat(source.troubles).isEmpty();
        assertThat(source.held()).isEqualTo(source.actual());
        source.compare();
        assertThat(source.told()).as("what is told once more").isEmpty();
    }

    private interface Test {
        void with(Source source) throws IOException;
    }

    private static void in(Test test) throws IOException {
        try (OwnDirectory own = OwnDirectory.make(); Source source = new Source(own.path())) {
            // An empty root is taken for a missing mount.
            source.write("stays", "");
            test.with(source);
        }
    }

    @Provide
    Arbitrary<List<Deed>> deeds() {
        Arbitrary<String> name = Arbitraries.of(NAMES);
        Arbitrary<String> path = name.list().ofMinSize(1).ofMaxSize(3).map(names -> String.join("/", names));
        Arbitrary<String> what = Arbitraries.of("write", "write", "directory", "directory", "directory", "link", "remove",
                "rename", "rename", "rename", "mode", "time");
        return Combinators.combine(what, path, path, Arbitraries.integers().between(0, 1000)).as(Deed::new)
                .list().ofMaxSize(25);
    }
}
