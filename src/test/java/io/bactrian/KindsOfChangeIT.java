package io.bactrian;

import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.inode;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each kind of change that a directory can see, made while it is mirrored. */
class KindsOfChangeIT extends TwoEnds {
    private Running mirror;

    @BeforeEach
    void a_mirror() throws IOException {
        sh(source, "echo keep >keep");
        mirror = processes.start("mirror", source, target);
        awaitEqual(source, target);
    }

    private void step(String script) {
        sh(source, script);
        awaitEqual(source, target);
    }

    @Test
    void files_directories_and_links_come_change_type_and_go() {
        step("echo 1 >f");
        step("mkdir d");
        step("rmdir d");
        step("echo 2 >f; mkdir -p d/e; echo 3 >d/e/g; : >empty");
        step("echo 22 >>f");
        step("ln -s f l; ln -s nowhere dangling; ln -s d ld; touch -h -d '2001-02-03 04:05:06.789012345' dangling");
        step("ln -sfn keep l");
        step("rm l dangling ld");
        step("rm -r d; echo now-a-file >d");
        step("rm d; mkdir d; echo x >d/x");
        step("rm f; ln -s keep f");
        step("rm f; echo file >f");
        step("rm -r d; ln -s keep d");
        step("rm d; mkdir -p d/deep; echo y >d/deep/y");
        step("mkdir a && touch a/b");
        step("mkdir -p p/q/r/s/t/u; echo z >p/q/r/s/t/u/z");
        step("rm -r p a d");
        step("touch -d '1999-12-31 23:59:59.999999999' keep; touch -d '2037-01-01 00:00:00.000000001' f");
        awaitReferee(source, target);
    }

    /** That it was written to while it was away nobody can see, if all of it happens at once. */
    @Test
    void a_rescan_finds_changes_made_outside_the_tree() throws IOException {
        mirror.stop();
        mirror = processes.start("mirror", "--set", "bactrian.source.default.rescan=1s", source, target);
        step("head -c 300000 /dev/zero >big; touch -d '2020-01-01' big");
        mirror.awaitInStep();
        step("mv big ../away; printf W | dd of=../away bs=1 seek=5 conv=notrunc 2>&1; touch -d '2020-01-01' ../away;"
                + " mv ../away other");
        awaitReferee(source, target);
    }

    @Test
    void what_a_file_held_before_comes_back_and_what_hides_its_change_is_found() {
        step("echo A >f");
        step("echo B >f");
        step("echo A >f");
        step("touch -d '2020-01-01' f");
        step("echo C >f; touch -d '2020-01-01' f");
        step("for i in 1 2 3 4 5 6 7 8 9; do echo $i >f; touch -d '2020-01-01' f; done");
        step("echo new >f.tmp; mv f.tmp f");
        step("head -c 300000 /dev/zero >big");
        step("printf X | dd of=big bs=1 seek=150000 conv=notrunc 2>&1; touch -d '2020-01-01' big");
        step("printf Y | dd of=big bs=1 seek=150000 conv=notrunc 2>&1; touch -d '2020-01-01' big");
        step("printf Z | dd of=big bs=1 seek=150000 conv=notrunc 2>&1; touch -d '2020-01-01' big; mv big big2");
        step("mv big2 big");
        step("ln big ../link; printf V | dd of=../link bs=1 seek=6 conv=notrunc 2>&1; touch -d '2020-01-01' ../link;"
                + " rm ../link; mv big big2; mv big2 big3; mv big3 big");
        step("truncate -s 1000 big");
        step(": >big");
        awaitReferee(source, target);
    }

    @Test
    void sends_renames_as_renames() {
        step("echo x >f; mkdir -p d/sub; for i in 1 2 3 4 5 6 7 8 9; do echo $i >d/sub/$i; done; head -c 300000 /dev/urandom >big");
        long file = inode(target.resolve("f"));
        long directory = inode(target.resolve("d"));
        long below = inode(target.resolve("d/sub/5"));
        mirror.awaitInStep();
        long written = mirror.filesWritten();
        long changes = mirror.changesMade();
        step("mv f g");
        assertThat(inode(target.resolve("g"))).as("the file's inode").isEqualTo(file);
        step("mv d e");
        assertThat(inode(target.resolve("e"))).as("the directory's inode").isEqualTo(directory);
        assertThat(inode(target.resolve("e/sub/5"))).as("the inode of a file below").isEqualTo(below);
        step("mkdir n; mv e n/e");
        step("mv n/e/sub .; mv big sub/bigger");
        assertThat(inode(target.resolve("sub/5"))).isEqualTo(below);
        mirror.awaitInStep();
        assertThat(mirror.filesWritten()).as("files written by renames").isEqualTo(written);
        assertThat(mirror.changesMade() - changes).as("changes made by 5 renames").isLessThan(30);
        step("mv g h; echo other >g");
        step("mv g t; mv h g; mv t h");
        step("mv sub o; echo more >o/10; rm o/1; mkdir sub; echo y >sub/y");
        step("mv o o2; mv sub o; mv o2 sub");
        awaitReferee(source, target);
    }

    @Test
    void sends_swaps_chains_and_cycles_of_renames_as_renames() throws IOException {
        // All renames of a step are compared together: their events are read at once
        mirror.stop();
        mirror = processes.start("mirror", "--set", "bactrian.source.default.settle=500ms", source, target);
        step("for f in a b c d; do echo $f >$f; done; head -c 300000 /dev/urandom >large; mkdir -p x/sub y; echo 1 >x/sub/f;"
                + " echo 2 >y/g");
        mirror.awaitInStep();
        long written = mirror.filesWritten();
        stepKeepingInodes("mv a t; mv b a; mv t b");
        stepKeepingInodes("mv a t; mv large a; mv t large");
        stepKeepingInodes("mv a large2; mv b a; mv large b; mv large2 large");
        stepKeepingInodes("mv d e; mv c d; mv b c; mv a b");
        stepKeepingInodes("mv b t; mv c b; mv d c; mv e d; mv t e");
        stepKeepingInodes("mv x t; mv y x; mv t y");
        stepKeepingInodes("mv b t; mv x b; mv y x; mv t y");
        stepKeepingInodes("mv x/sub/f x/sub/h; mv x/sub x/other; mv x z");
        stepKeepingInodes("mkdir -p new/deep; mv c new/deep/c; mv d c");
        stepKeepingInodes("mv -f e c");
        mirror.awaitInStep();
        assertThat(mirror.filesWritten()).as("files written by renames").isEqualTo(written);
        stepKeepingInodes("mv large large.1; echo new >large; mv large.1 large.2");
        step("mv c e; echo edited >>e; mv y t; mkdir y; echo 3 >y/i; mv t y/t");
        awaitReferee(source, target);
    }

    @Test
    void a_copy_arrives_as_it_is_although_somebody_spoilt_the_target_s_original() {
        step("head -c 3000 /dev/urandom >small; head -c 300000 /dev/urandom >large");
        mirror.awaitInStep();
        sh(target, "for f in small large; do t=$(stat -c %y $f); printf spoilt | dd of=$f conv=notrunc 2>&1; touch -d \"$t\" $f; done");
        sh(source, "cp small small2; cp large large2; cp small small3");
        org.awaitility.Awaitility.await().atMost(Running.PATIENCE).untilAsserted(() -> {
            for (String copy : java.util.List.of("small2", "large2", "small3")) {
                assertThat(target.resolve(copy)).hasSameBinaryContentAs(source.resolve(copy));
            }
        });
    }

    /** Whatever has one inode on the source before and after, has so on the target. */
    private void stepKeepingInodes(String script) throws IOException {
        // What is being read again in the background cannot move at the same time, and is sent then.
        mirror.awaitInStep();
        Map<Long, Long> inodes = new HashMap<>();
        try (Stream<Path> all = Files.walk(source)) {
            all.forEach(place -> inodes.put(inode(place), inode(target.resolve(source.relativize(place)))));
        }
        mirror.whileSuspended(() -> sh(source, script));
        awaitEqual(source, target);
        try (Stream<Path> all = Files.walk(source)) {
            assertThat(all.filter(place -> inodes.containsKey(inode(place))))
                    .as("what has another inode on the target after: %s", script)
                    .allSatisfy(place -> assertThat(inode(target.resolve(source.relativize(place))))
                            .isEqualTo(inodes.get(inode(place))));
        }
    }

    @Test
    void a_directory_is_renamed_while_files_are_written_in_it() throws Exception {
        Process writer = new ProcessBuilder("bash", "-c",
                "mkdir d0; for i in $(seq 0 14); do for j in $(seq 20); do echo $i $j >d$i/f$i.$j; done; mv d$i d$((i+1)); done")
                .directory(source.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        awaitEqual(source, target);
        assertThat(target.resolve("d15/f14.20")).hasContent("14 20");
        awaitReferee(source, target);
    }

    @Test
    void a_file_that_never_rests_holds_up_nothing_else() throws Exception {
        Process writer = new ProcessBuilder("bash", "-c",
                "while [ ! -e ../enough ] && ((SECONDS<60)); do echo line >>log; head -c 9000 /dev/zero >>large; done")
                .directory(source.toFile()).start();
        try {
            for (int i = 0; i < 5; i++) {
                String name = "beside_" + i;
                sh(source, "echo " + i + " >" + name);
                awaitThere(name);
            }
            assertThat(writer.isAlive()).as("the writer is still at it").isTrue();
            Files.createFile(place.resolve("enough"));
            assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            writer.destroyForcibly();
        }
        awaitReferee(source, target);
    }
}
