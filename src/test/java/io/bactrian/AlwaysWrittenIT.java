package io.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.wire.Status;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of 256 MiB that a program never stops writing to: a database, the disk of a virtual machine, a mailbox. */
class AlwaysWrittenIT extends TwoEnds {
    private static final long SIZE = 256L << 20;
    private static final int RENEWALS = 2;

    @ParameterizedTest
    @ValueSource(strings = {"random", "append", "truncate"})
    void its_copy_is_renewed_while_it_is_written_and_costs_its_changes(String how) throws Exception {
        Path file = given();
        sourcesHave("bactrian.source.default.unsettled=2s");
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        long before = sender.link().wire().plain();
        Process writer = writing(file, how);
        try {
            renewals(RENEWALS, receiver);
            // 16 chunks of 8 KiB for each of the writes in 60 s would be 150 MiB, and one copy that is sent whole is more.
            assertThat(sender.link().wire().plain() - before).as("bytes sent, %s", sender.status()).isLessThan(SIZE / 2);
            assertThat(Tools.staged(target)).as("attempts in the staging").hasSizeLessThanOrEqualTo(1);
            assertThat(sender.status().healthy()).as(sender.link().unhealthy().toString()).isTrue();
        } finally {
            writer.destroyForcibly().waitFor();
        }

        exactlyThere(sender);
        assertThat(receiver.status().targets().get(0).errors().getOrDefault("digest-mismatch", 0L)).isZero();
        Tools.awaitNothingStaged(target);
    }

    /** Nothing tells of such writes until the system has them written: here it is made to, by another process. */
    @Test
    void its_copy_is_renewed_though_it_is_written_by_way_of_memory() throws Exception {
        Path file = given();
        sourcesHave("bactrian.source.default.unsettled=2s");
        sourcesHave("bactrian.source.default.rescan=1s");
        Running receiver = startTarget();
        Running sender = startSource().awaitInStep();
        Process writer = writing(file, "mapped");
        try {
            renewals(1, receiver);
        } finally {
            writer.destroyForcibly().waitFor();
        }

        Tools.run("touch", file.toString());
        exactlyThere(sender);
        Tools.awaitNothingStaged(target);
    }

    private Path given() throws IOException {
        Path file = source.resolve("db");
        Random random = new Random(1);
        byte[] block = new byte[1 << 20];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (channel.size() < SIZE) {
                random.nextBytes(block);
                channel.write(ByteBuffer.wrap(block));
            }
        }
        Files.writeString(source.resolve("beside"), "x");
        return file;
    }

    private Process writing(Path file, String how) throws IOException {
        return new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xmx64m", "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), AlwaysWriting.class.getName(), file.toString(), how)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    /** Waits until the copy was another file so often, and healthy all the while. */
    private void renewals(int wanted, Running receiver) {
        Set<Object> seen = new HashSet<>();
        await("renewals").atMost(Running.PATIENCE.multipliedBy(2)).pollInterval(Duration.ofMillis(100)).until(() -> {
            seen.add(Files.getAttribute(target.resolve("db"), "unix:ino"));
            seen.add(Files.getLastModifiedTime(target.resolve("db")));
            Status status = receiver.status();
            assertThat(status.healthy()).as(status.targets().get(0).unhealthy().toString()).isTrue();
            assertThat(Tools.staged(target)).as("attempts in the staging").hasSizeLessThanOrEqualTo(1);
            return seen.stream().filter(java.nio.file.attribute.FileTime.class::isInstance).count() > wanted;
        });
    }

    private void exactlyThere(Running sender) {
        await("exactly there").atMost(Running.PATIENCE).pollInterval(Duration.ofMillis(200)).until(() ->
                sender.link().inStep() && Files.mismatch(source.resolve("db"), target.resolve("db")) < 0);
        TreeAssert.assertThatTree(target).equalsTree(source);
    }
}
