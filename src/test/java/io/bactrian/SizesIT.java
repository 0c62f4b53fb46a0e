package io.bactrian;

import static io.bactrian.Tools.awaitRefereeOfMany;
import static io.bactrian.Tools.inode;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** Many files and many directories, more than a watch has room for events, and both ends with little memory. */
class SizesIT extends TwoEnds {
    private static final int FILE = 2000;

    @TempDir(factory = InMemory.class)
    Path memory;
    private int steps;

    SizesIT() {
        super(Processes.withHeapOf("256m"));
    }

    @BeforeEach
    void a_source_in_memory() throws IOException {
        source = Files.createDirectory(memory.resolve("source"));
        target = memory.resolve("target");
    }

    @Test
    void thousands_of_new_directories_arrive_and_are_watched() throws IOException {
        // Long enough for both halves of a rename to be compared together
        sourcesHave("bactrian.source.default.settle=500ms");
        Running receiver = startTarget();
        Running sender = startSource();
        awaitStep(sender);

        write(Files.createDirectory(source.resolve("files")), 20_000);
        unpack(source.resolve("directories"), 4_000, 1);
        awaitStep(sender);
        awaitRefereeOfMany(source, target);
        for (int d = 0; d < 4_000; d++) {
            Files.writeString(source.resolve("directories/" + d + "/0"), "changed " + d);
        }
        awaitStep(sender);
        awaitRefereeOfMany(source, target);

        long directory = inode(target.resolve("directories"));
        long below = inode(target.resolve("directories/3999/0"));
        long changes = receiver.changesMade();
        // Its two halves are found at once, however slow the machine is
        sender.whileSuspended(() -> sh(source, "mv directories renamed"));
        awaitStep(sender);
        assertThat(receiver.changesMade() - changes).as("changes made by one rename").isBetween(1L, 9L);
        assertThat(inode(target.resolve("renamed"))).isEqualTo(directory);
        assertThat(inode(target.resolve("renamed/3999/0"))).isEqualTo(below);

        for (int d = 0; d < 4_000; d += 40) {
            Files.writeString(source.resolve("renamed/" + d + "/0"), "changed again");
        }
        awaitStep(sender);
        awaitRefereeOfMany(source, target);
    }

    @Test
    void a_file_that_can_be_packed_may_be_larger_than_the_memory() throws IOException {
        startTarget();
        Running sender = startSource();
        sh(source, "seq 70000000 >numbers");
        awaitStep(sender);
        awaitRefereeOfMany(source, target);
        assertThat(sender.link().wire().sent()).as("bytes sent").isLessThan(Files.size(source.resolve("numbers")) / 2);
    }

    @Test
    void a_hundred_thousand_files_are_compared_after_a_restart_without_being_read() throws IOException {
        unpack(source, 1_000, 100);
        Running receiver = startTarget();
        Running first = startSource();
        awaitStep(first);
        sh(source, "echo new >1/new; echo changed >2/2; rm 3/3; mv 4 four; touch 5/5; chmod 600 6/6; rm -r 7");
        awaitStep(first);
        awaitRefereeOfMany(source, target);
        first.awaitInStep().stop();

        sh(source, "mkdir made; echo new >made/new; echo changed >10/10; echo more >>11/11; rm 12/12; rm -r 13;"
                + " mv 14 fourteen; mv 15/15 15/fifteen; for i in {0..99}; do echo 16 $i >16/$i; done");
        long changes = receiver.changesMade();
        Running second = startSource();
        awaitStep(second);
        assertThat(second.bytesRead()).as("bytes read by the second run, its own code and memory included")
                .isLessThan(100_000L * FILE * 2 / 3);
        assertThat(receiver.changesMade() - changes).as("changes made by it").isLessThan(150);
        awaitRefereeOfMany(source, target);
    }

    /** Waits until what happens now has arrived, and what happened before with it: cheaper than to compare all. */
    private void awaitStep(Running sender) throws IOException {
        String name = "step-" + steps++;
        Files.createFile(source.resolve(name));
        await(name).atMost(Running.PATIENCE.multipliedBy(2)).pollInterval(Duration.ofMillis(50))
                .until(() -> Files.exists(target.resolve(name)) || !sender.isRunning());
        sender.awaitInStep();
    }

    private static void unpack(Path root, int directories, int files) throws IOException {
        for (int d = 0; d < directories; d++) {
            write(Files.createDirectories(root.resolve(Integer.toString(d))), files);
        }
    }

    /** Each file is another, or the target would have it already. */
    private static void write(Path directory, int files) throws IOException {
        for (int i = 0; i < files; i++) {
            byte[] content = new byte[FILE];
            byte[] name = (directory + " " + i).getBytes();
            System.arraycopy(name, 0, content, 0, name.length);
            Files.write(directory.resolve(Integer.toString(i)), content, StandardOpenOption.CREATE_NEW);
        }
    }

    /** The disk's speed is not what is tested. */
    static final class InMemory implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
            return OwnDirectory.inMemory().path();
        }
    }
}
