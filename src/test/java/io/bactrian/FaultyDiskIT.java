package io.bactrian;

import static io.bactrian.Processes.url;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A disk that fails for some entries, or a connection to it: only those wait, each is named, and nothing is removed for it. */
class FaultyDiskIT extends TwoEnds {
    private static final String[] FAILING = {"f!stat", "d!stat", "d!list", "d!open", "in/f!statESTALE", "in/l!stat"};

    private FaultyDisk disk;

    @BeforeEach
    void entries_of_every_kind() throws IOException {
        disk = new FaultyDisk(place);
        sh(source, "mkdir good 'd!stat' 'd!list' 'd!open' in; for i in 1 2 3 4 5 6; do echo $i >\"d!list/$i\"; done; echo a >good/a;"
                + " echo x >'f!stat'; ln -s good 'l!link'; echo s >'d!stat/inside'; echo o >'d!open/inside'; ln -s good 'in/l!stat';"
                + " echo e >'in/f!statESTALE'; echo p >plain; head -c 300000 /dev/urandom >'big!read'; echo r >'small!read';"
                + " echo o >'small!open'");
    }

    /** More arrives at each of them, and elsewhere. */
    private void change() {
        sh(source, "for f in 'f!stat' 'd!list/1' 'd!stat/inside' 'd!open/inside' 'in/f!statESTALE' plain 'big!read' 'small!read' 'small!open'; do echo more >>\"$f\";"
                + " done; echo new >good/new; mkdir good/d; echo f >good/d/f; rm 'l!link'; ln -s plain 'l!link'");
    }

    private Running once(Map<String, String> environment) {
        return processes.start(place, environment, "mirror", source, target, "--once");
    }

    @Test
    void only_unreadable_entries_of_the_source_are_held_back() throws IOException {
        assertThat(once(Map.of()).awaitExit()).isZero();
        TreeSnapshot before = TreeSnapshot.of(target);
        change();
        disk.breaks();
        Running once = once(disk.in(source));
        assertThat(once.awaitExit()).as(once.output()).isEqualTo(3);
        assertThat(once.output()).contains("not in step: 10 paths").contains("l!link: the link cannot be read: Input/output error")
                .contains("big!read: cannot be read: Input/output error").contains("small!read: cannot be read: Input/output error")
                .contains("small!open: cannot be read: Input/output error");
        for (String failing : FAILING) {
            assertThat(once.output()).contains(failing + ": ");
        }
        assertThat(target.resolve("plain")).hasContent("p\nmore");
        assertThat(target.resolve("good/d/f")).exists();
        assertThat(TreeSnapshot.of(target).paths()).containsAll(before.paths());
        disk.isMended();
        Running after = once(disk.in(source));
        assertThat(after.awaitExit()).as(after.output()).isZero();
        Tools.awaitReferee(source, target);
    }

    @Test
    void a_live_mirror_continues_and_reports_unreadable_source_entries() throws IOException {
        disk.breaks();
        Running mirror = processes.start(place, disk.in(source), "mirror", source, target).awaitSaying(": compared ");
        mirror.awaitAnotherTry("d!stat");
        sh(source, "echo later >good/later; rm plain");
        awaitThere("good/later");
        await("removed").atMost(Running.PATIENCE).until(() -> !Files.exists(target.resolve("plain")));
        assertThat(mirror.link().inStep()).isFalse();
        disk.isMended();
        mirror.awaitInStep();
        sh(source, "mkdir 'd!stat/e'; echo y >'d!stat/e/y'");
        Tools.awaitReferee(source, target);
        mirror.awaitInStep();
    }

    @Test
    void only_entries_that_the_target_cannot_create_are_held_back() throws IOException {
        assertThat(once(Map.of()).awaitExit()).isZero();
        change();
        disk.breaks();
        Running once = once(disk.butFor(source));
        assertThat(once.awaitExit()).as(once.output()).isEqualTo(3);
        assertThat(once.output()).contains("not in step: ").contains("f!stat: Input/output error").contains("in/f!statESTALE: Stale file handle")
                .doesNotContain("storage failed");
        assertThat(target.resolve("plain")).hasContent("p\nmore");
        assertThat(target.resolve("good/d/f")).exists();
        disk.isMended();
        Running after = once(disk.butFor(source));
        assertThat(after.awaitExit()).as(after.output()).isZero();
        Tools.awaitReferee(source, target);
    }

    /** A disk's fault is not a removal, and does not end the reading. */
    @Test
    void a_scrub_reports_unreadable_entries_and_reads_the_rest() throws IOException {
        assertThat(once(Map.of()).awaitExit()).isZero();
        for (String damaged : new String[] {"good/a", "plain"}) {
            sh(target, "touch -r " + damaged + " ../when; printf X | dd of=" + damaged + " conv=notrunc status=none; touch -r ../when " + damaged);
        }
        disk.breaks();
        Running scrub = processes.start(place, disk.butFor(source), "scrub", "--report", target);
        assertThat(scrub.awaitExit()).as(scrub.output()).isEqualTo(1);
        for (String failing : FAILING) {
            assertThat(scrub.output()).contains("cannot be read: ").containsPattern("cannot be read: .*: " + failing + "\n");
        }
        assertThat(scrub.output()).contains(": good/a\n").contains(": plain\n").contains(": big!read\n").contains(": small!read\n")
                .doesNotContain("missing").contains("12 discrepancies");
    }

    @Test
    void a_running_target_scrubs_everything_readable() throws IOException {
        // Only the scrub is to find it
        Running mirror = processes.start(place, disk.butFor(source), "mirror", source, target, "--set",
                "bactrian.target.default.check=0").awaitInStep();
        sh(target, "touch -r plain ../when; printf X | dd of=plain conv=notrunc status=none; touch -r ../when plain");
        disk.breaks();
        Running scrub = processes.start("scrub", url(mirror.management()));
        assertThat(scrub.awaitExit()).as(scrub.output()).isEqualTo(1);
        assertThat(scrub.output()).contains(": plain\n").contains(": d!list\n").contains(": d!stat\n").doesNotContain("missing");
        await("repaired").atMost(Running.PATIENCE).until(() -> Files.readString(target.resolve("plain")).equals("p\n"));
        disk.isMended();
        Tools.awaitReferee(source, target);
        mirror.awaitInStep();
    }

    @Test
    void verify_reports_unreadable_entries_of_both_ends_and_compares_the_rest() throws IOException {
        assertThat(once(Map.of()).awaitExit()).isZero();
        Running receiver = processes.start(place, disk.butFor(source), "target", target, "--port", port).awaitSaying("receives");
        change();
        disk.breaks();
        Running verify = processes.start(place, disk.in(source), "verify", source, url(port));
        assertThat(verify.awaitExit()).as(verify.output()).isEqualTo(1);
        for (String failing : FAILING) {
            assertThat(verify.output()).containsPattern("not comparable .*: " + failing + "\n");
        }
        assertThat(verify.output()).contains("other content: plain\n").contains("only here: good/d/f\n").doesNotContain("only on the target");
        receiver.kill();
    }

    @Test
    void what_cannot_be_looked_at_may_be_included() throws IOException {
        assertThat(once(Map.of()).awaitExit()).isZero();
        TreeSnapshot before = TreeSnapshot.of(target);
        disk.breaks();
        sh(source, "echo new >good/new");
        Running once = processes.start(place, disk.in(source), "mirror", source, target, "--once", "--include", "**/*");
        assertThat(once.awaitExit()).as(once.output()).isEqualTo(3);
        assertThat(once.output()).contains("d!stat: ").contains("d!list: ").contains("d!open: ").contains("f!stat: ");
        assertThat(target.resolve("good/new")).hasContent("new");
        assertThat(TreeSnapshot.of(target).paths()).containsAll(before.paths());
    }
}
