package io.bactrian;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operating system's tools, among them the referee that nobody here wrote. */
public final class Tools {
    private static final Logger LOG = LoggerFactory.getLogger(Tools.class);
    private static final Duration REST = Duration.ofMillis(50);
    private static final boolean RSYNC = succeeds("rsync", "--version");

    private Tools() {
    }

    /** What the command printed; it must succeed. */
    public static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(Running.PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("%s ended", (Object) command).isTrue();
            assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Runs a script; what it does, it does at once and not over the course of a test. */
    public static void sh(Path directory, String script) {
        run("bash", "-c", "cd \"$0\" && set -e\n" + script, directory.toString());
    }

    /** As many bytes, always the same ones for a seed. */
    public static byte[] random(int size, int seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** The names of what is staged in a target's directory, without the logs beside it. */
    public static List<String> staged(Path target) throws IOException {
        try (Stream<Path> all = Files.list(target.resolve(".bactrian/staging"))) {
            return all.map(path -> path.getFileName().toString()).filter(name -> !name.endsWith(".ranges")).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Waits until nothing is staged in a target's directory. */
    public static void awaitNothingStaged(Path target) {
        await("nothing is staged").atMost(Running.PATIENCE).untilAsserted(() -> assertThat(staged(target)).isEmpty());
    }

    /** Whether rsync is installed, without which there is no referee. */
    public static boolean hasRsync() {
        return RSYNC;
    }

    /** Whether the command is there and succeeds. */
    public static boolean succeeds(String... command) {
        try {
            run(command);
            return true;
        } catch (UncheckedIOException | AssertionError e) {
            return false;
        }
    }

    /** Waits until both hold the same, in all respects. */
    public static void awaitEqual(Path source, Path target) {
        AtomicLong took = new AtomicLong();
        try {
            // Between two looks it rests as long as one takes, for those whom it waits for need the processors, too.
            await().atMost(Running.PATIENCE).pollDelay(Duration.ZERO)
                    .pollInterval((count, before) -> Duration.ofNanos(Math.max(took.get(), REST.toNanos()))).ignoreExceptions()
                    .until(() -> {
                        long began = System.nanoTime();
                        try {
                            // Twice: a directory that was looked at before what is in it may have got another time meanwhile.
                            return areEqual(source, target) && areEqual(source, target);
                        } finally {
                            took.set(System.nanoTime() - began);
                        }
                    });
        } catch (ConditionTimeoutException e) {
            assertThatTree(target).equalsTree(source);
        }
    }

    private static boolean areEqual(Path source, Path target) {
        return TreeSnapshot.of(target).differencesTo(TreeSnapshot.of(source)).isEmpty();
    }

    /** Says the same as {@link #awaitEqual} by rsync's judgement, which is the one that counts. */
    public static void awaitReferee(Path source, Path target) {
        awaitEqual(source, target);
        if (!RSYNC) {
            LOG.warn("rsync is not installed: no referee");
            return;
        }
        assertThat(judge(source, target)).as("what rsync would still do").isEmpty();
    }

    /** As {@link #awaitReferee} for large trees: asks rsync alone, and patiently. */
    public static void awaitRefereeOfMany(Path source, Path target) {
        if (!RSYNC) {
            awaitReferee(source, target);
            return;
        }
        awaitRsync(source, target);
    }

    /** As {@link #awaitRefereeOfMany}, where rsync is installed, except for these places, anchored at the root. */
    public static void awaitRsync(Path source, Path target, String... except) {
        AtomicReference<String> left = new AtomicReference<>("no answer of rsync yet");
        try {
            await().atMost(Running.PATIENCE.multipliedBy(2)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        left.set(judge(source, target, except));
                        return left.get().isEmpty();
                    });
        } catch (ConditionTimeoutException e) {
            assertThat(left.get().lines().limit(50)).as("what rsync would still do").isEmpty();
        }
    }

    private static String judge(Path source, Path target, String... except) {
        // Exit code 24: a file vanished while it looked, and it has to look again
        Stream<String> options = Stream.concat(Stream.of("sh", "-c", "for i in 1 2 3 4 5; do said=$(rsync \"$@\"); code=$?; [ $code = 24 ] || break; done;"
                + " printf %s \"$said\"; exit $code", "rsync", "-anci", "--delete", "--exclude=/.bactrian"), Stream.of(except).map("--exclude="::concat));
        return run(Stream.concat(options, Stream.of(source + "/", target + "/")).toArray(String[]::new));
    }

    /** Something that no write keeps: the same value means that nobody wrote. */
    public static String identity(Path file) {
        try {
            return Files.getAttribute(file, "unix:ino") + " " + Files.getAttribute(file, "unix:ctime");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many files and directories below a directory this process has open. */
    public static long openBelow(Path directory) {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            Path real = directory.toRealPath();
            return open.filter(descriptor -> leadsBelow(descriptor, real)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean leadsBelow(Path descriptor, Path real) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(real);
        } catch (IOException e) {
            return false;
        }
    }

    public static long inode(Path file) {
        try {
            return ((Number) Files.getAttribute(file, "unix:ino")).longValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

}
