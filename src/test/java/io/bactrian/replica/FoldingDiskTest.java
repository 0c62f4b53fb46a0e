package io.bactrian.replica;

import static io.bactrian.replica.Workbench.dir;
import static io.bactrian.replica.Workbench.file;
import static io.bactrian.replica.Workbench.link;
import static io.bactrian.replica.Workbench.move;
import static io.bactrian.replica.Workbench.remove;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.FoldingDisk;
import io.bactrian.change.Change;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A case-insensitive file system. */
class FoldingDiskTest {
    @TempDir
    Path place;
    private Optional<FoldingDisk> disk = Optional.empty();
    private Workbench bench;

    @BeforeEach
    void open() throws Exception {
        disk = FoldingDisk.make(place);
        assumeTrue(disk.isPresent(), "no file system that folds names can be mounted here: that needs root, and a kernel"
                + " with CONFIG_UNICODE for ext4, or lowntfs-3g");
        bench = new Workbench(disk.get().root());
    }

    @AfterEach
    void close() {
        if (bench != null) {
            bench.close();
        }
        disk.ifPresent(FoldingDisk::close);
    }

    private void assertRefused(Change change, String words) {
        assertThatThrownBy(() -> bench.apply(change)).isInstanceOf(ChangeFailedException.CannotApply.class).hasMessageContaining(words);
    }

    @Test
    void refuses_its_own_folder_in_any_spelling() throws Exception {
        Files.createDirectories(bench.at(".bactrian"));
        Files.writeString(bench.at(".bactrian/kept"), "kept");
        bench.apply(dir("d"));

        for (String spelling : new String[] {".BACTRIAN", ".Bactrian"}) {
            assertThat(bench.at(spelling + "/kept")).as("the same to this file system").exists();
            for (Supplier<Change> change : List.<Supplier<Change>>of(() -> file(spelling, "x"), () -> file(spelling + "/kept", "x"),
                    () -> dir(spelling, 0777, 1), () -> link(spelling, "d"), () -> remove(spelling), () -> move(spelling, "e"),
                    () -> move("d", spelling))) {
                assertThatThrownBy(() -> bench.apply(change.get())).hasMessageContaining("Bactrian's own folder");
            }
        }

        assertThat(bench.at(".bactrian/kept")).hasContent("kept");
        assertThat(bench.at("d")).isDirectory();
    }

    @Test
    void refuses_a_name_that_the_file_system_treats_as_equal() throws Exception {
        bench.apply(file("aa", "one"), dir("dd"), file("dd/f", "one"), link("ll", "one"));

        assertRefused(file("AA", "two"), "aa");
        assertRefused(dir("AA"), "aa");
        assertRefused(link("AA", "two"), "aa");
        assertRefused(dir("DD"), "dd");
        assertRefused(file("DD", "two"), "dd");
        assertRefused(file("dd/F", "two"), "dd/f");
        assertRefused(file("LL", "two"), "ll");
        assertRefused(move("dd", "AA"), "aa");

        assertThat(bench.at("aa")).hasContent("one");
        assertThat(bench.at("dd/f")).hasContent("one");
        assertThat(bench.at("ll")).isSymbolicLink();
    }

    @Test
    void refuses_two_equal_names_in_one_batch() throws Exception {
        try (Batch batch = bench.replica.begin()) {
            for (Change change : new Change[] {dir("new"), file("new/aa", "one"), dir("new/new"), file("new/new/bb", "one")}) {
                Workbench.apply(batch, change);
            }
            for (Change change : new Change[] {file("new/AA", "two"), link("new/AA", "two"), file("new/new/BB", "two")}) {
                assertThatThrownBy(() -> Workbench.apply(batch, change)).as("%s", change)
                        .isInstanceOf(ChangeFailedException.CannotApply.class);
            }
        }
        assertThat(bench.at("new/aa")).hasContent("one");
        assertThat(bench.at("new/new/bb")).hasContent("one");
    }

    @Test
    void accepts_a_change_of_case_and_a_refused_name_after_the_other_is_removed() throws Exception {
        bench.apply(file("aa", "one"), dir("dd"), file("dd/f", "one"));
        bench.apply(move("aa", "AA"), move("dd", "DD"));
        assertThat(bench.at("AA")).hasContent("one");
        assertThat(bench.at("DD/f")).hasContent("one");

        bench.apply(remove("AA"), file("aA", "two"));
        assertThat(bench.at("aA")).hasContent("two");
    }
}
