package io.bactrian;

import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

/** Names, modes and kinds of file that give trouble elsewhere. */
class NamesAndModesIT extends TwoEnds {
    private static final List<String> NAMES = List.of(" ", "two words ", "line\nbreak", "tab\there", "it's", "\"q\"",
            "-rf", "--delete", ".hidden", "..x", "...", "back\\slash", "*", "a?b", "[x]", "~", "$HOME", "%2e%2e", "a%", "+",
            "&<>;|", "#x", ":c", "\u0001", "\u00e9t\u00e9", "e\u0301te\u0301", "\ud83d\udc2b", "\u202etxt.exe",
            "\u4e2d\u6587", "x".repeat(255), "\u00e9".repeat(127), ".bactrian2", "lock");

    private void step(String script) {
        sh(source, script);
        awaitEqual(source, target);
    }

    @Test
    void replicates_every_valid_utf8_name() throws IOException {
        Running mirror = processes.start("mirror", source, target);
        mirror.awaitSaying("receives on");
        for (String name : NAMES) {
            Files.writeString(source.resolve(name), name);
        }
        awaitEqual(source, target);
        Path below = Files.createDirectory(source.resolve("below"));
        for (String name : NAMES) {
            Path directory = Files.createDirectory(below.resolve(name));
            Files.createSymbolicLink(directory.resolve(name), Path.of(name));
            Files.writeString(directory.resolve("f"), name);
        }
        awaitEqual(source, target);
        for (String name : NAMES) {
            Files.move(below.resolve(name).resolve("f"), below.resolve(name).resolve("moved"));
            Files.delete(source.resolve(name));
        }
        awaitEqual(source, target);
        // A folder of this name is Bactrian's own at the root alone.
        step("mkdir -p below/.bactrian; echo mine >below/.bactrian/lock");
        awaitReferee(source, target);
    }

    @Test
    void replicates_modes_and_times_but_not_setuid() throws IOException {
        Running mirror = processes.start("mirror", source, target);
        mirror.awaitSaying("receives on");
        step("for m in 0644 0755 0600 0444 0400 0000 0777; do echo $m >f$m; chmod $m f$m; done");
        step("mkdir d0555 d0700 d1777; echo x >d0555/x; mkdir d0555/d; echo y >d0555/d/y; chmod 1777 d1777; chmod 0555 d0555/d d0555");
        step("chmod 0600 f0644; chmod 0644 f0600; chmod 0750 d0700");
        step("chmod 0755 d0555; echo more >d0555/more; chmod 0555 d0555");
        step("touch -d '2003-04-05 06:07:08.123456789' f0444 d0555/d d0700; ln -s x l; touch -h -d '2004-05-06 07:08:09.5' l");
        step("touch -d '1969-12-31 23:59:58.5' f0755; chmod 0700 .; touch -d '2005-06-07' .");
        sh(source, "echo s >suid; chmod 4755 suid; echo g >sgid; chmod 2755 sgid; mkdir dgid; chmod 2755 dgid");
        await("setuid is left out").atMost(Running.PATIENCE).pollInterval(Duration.ofMillis(50)).until(() ->
                Files.exists(target.resolve("dgid")) && mode("suid") == 0755 && mode("sgid") == 0755 && mode("dgid") == 02755);
        mirror.awaitInStep();
        sh(source, "chmod 0755 suid sgid");
        awaitReferee(source, target);
    }

    private int mode(String name) throws IOException {
        return (Integer) Files.getAttribute(target.resolve(name), "unix:mode") & 07777;
    }

    @Test
    void omits_a_fifo_with_one_notice_and_removes_a_directory_that_became_one() throws IOException {
        sh(source, "echo x >f; mkfifo pipe; mkdir d; echo y >d/y");
        Running mirror = processes.start("mirror", source, target);
        awaitFiles(mirror, "f", "d", "d/y");
        sh(source, "touch pipe; echo xx >f; rm -r d; mkfifo d");
        awaitFiles(mirror, "f");
        await().atMost(Running.PATIENCE).until(() -> Files.readString(target.resolve("f")).equals("xx\n"));
        mirror.awaitSaying("d: left out").stop();
        assertThat(mirror.output().lines().filter(line -> line.contains(" pipe: left out"))).hasSize(1);
        sh(source, "rm pipe d");
        processes.start("mirror", source, target);
        awaitReferee(source, target);
    }

    private void awaitFiles(Running mirror, String... paths) {
        // While it is looked at, something may go
        await().atMost(Running.PATIENCE).ignoreExceptions().until(() -> Files.exists(target)
                && TreeSnapshot.of(target).paths().equals(java.util.stream.Stream.of(paths).sorted().toList()));
        mirror.awaitInStep();
    }

    @Test
    void reports_and_retries_unreadable_entries_without_delaying_others() throws IOException {
        assumeTrue(Tools.succeeds("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "true"),
                "another user than root is needed, which may not read everything");
        sh(place, "chmod 755 .; mkdir target; chown 65534:65534 target");
        sh(source, "mkdir open closed; echo x >open/x; echo y >closed/y; echo s >secret; chmod 600 secret; "
                + "head -c 500000 /dev/zero >large; chmod 600 large; chmod 700 closed; echo z >z; touch -d 2020-01-01 open z");
        Running mirror = processes.startAsNobody("mirror", source, target);
        mirror.awaitSaying("secret: cannot be read: permission denied").awaitSaying("closed: the directory cannot be listed")
                .awaitSaying("large: cannot be read: permission denied");
        await().atMost(Running.PATIENCE).until(() -> Files.exists(target.resolve("z")) && Files.exists(target.resolve("open/x")));
        await("held back").atMost(Running.PATIENCE).untilAsserted(() ->
                assertThat(mirror.link().held()).extracting(it -> it.path()).contains("secret", "closed", "large"));
        sh(source, "echo later >later");
        awaitThere("later");
        sh(source, "chmod 644 secret large; chmod 755 closed; chown -R 65534:65534 .");
        awaitReferee(source, target);
        await("nothing is held back").atMost(Running.PATIENCE).until(() -> mirror.link().held().isEmpty());
    }
}
