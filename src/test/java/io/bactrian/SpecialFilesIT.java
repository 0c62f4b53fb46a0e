package io.bactrian;

import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import org.junit.jupiter.api.Test;

/** FIFOs, sockets and devices are left out of what is sent, and do not stay on the target either. */
class SpecialFilesIT extends TwoEnds {
    private static final String SPECIAL = "mkfifo %1$s/p; mkdir -p %1$s/d/e; mkfifo %1$s/d/e/q;"
            + " python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' %1$s/s 2>/dev/null || mkfifo %1$s/s;"
            + " mknod %1$s/d/null c 1 3 2>/dev/null || mkfifo %1$s/d/null";

    private void makeSpecial(java.nio.file.Path where) {
        sh(where, SPECIAL.formatted("."));
    }

    @Test
    void special_files_on_the_target_only_are_removed_by_the_first_comparison() throws Exception {
        Files.createDirectory(target);
        makeSpecial(target);
        sh(source, "mkdir d; echo x >d/f; echo y >p");

        Running once = processes.start("mirror", source, target, "--once");

        assertThat(once.awaitExit()).as(once.output()).isZero();
        Tools.awaitReferee(source, target);
        assertThat(target.resolve("p")).hasContent("y");
    }

    @Test
    void foreign_special_files_on_the_target_are_removed_by_its_check() {
        sh(source, "mkdir -p d/e; echo x >d/f");
        targetsHave("bactrian.target.default.check=1s");
        startTarget();
        Running sender = startSource().awaitInStep();
        makeSpecial(target);
        await("gone").atMost(Running.PATIENCE).until(() -> !Files.exists(target.resolve("p"), LinkOption.NOFOLLOW_LINKS)
                && !Files.exists(target.resolve("d/e/q"), LinkOption.NOFOLLOW_LINKS));
        Tools.awaitReferee(source, target);
        sender.awaitInStep();
    }

    @Test
    void where_the_source_has_one_too_it_is_left_out_with_a_warning_until_it_is_something_else() throws Exception {
        sh(source, "mkfifo p q; echo x >f");
        Files.createDirectory(target);
        sh(target, "mkfifo p");

        Running mirror = processes.start("mirror", source, target).awaitInStep();

        mirror.awaitSaying(" p: left out: a FIFO, socket or device").awaitSaying(" q: left out: a FIFO, socket or device");
        assertThat(Files.exists(target.resolve("q"), LinkOption.NOFOLLOW_LINKS)).isFalse();
        sh(source, "rm p q; echo file >p");
        Tools.awaitReferee(source, target);
        mirror.awaitInStep();
    }
}
