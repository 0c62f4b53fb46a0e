package io.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.bactrian.wire.Codec;
import io.bactrian.wire.Status;
import org.awaitility.core.ConditionTimeoutException;

/** A process of the runnable jar, with all that it said. Every wait is bounded. */
public final class Running {
    /** Long enough for a machine that is ten times as slow. It costs nothing unless a test fails. */
    public static final Duration PATIENCE = Duration.ofMinutes(3);
    /** How long an answer of its management server may take. */
    private static final int ANSWER = 20_000;

    private final String commandLine;
    private final Process process;
    private final Path output;
    private final int management;

    Running(List<String> command, Process process, Path output, int management) {
        this.commandLine = String.join(" ", command);
        this.process = process;
        this.output = output;
        this.management = management;
    }

    public long pid() {
        return process.pid();
    }

    /** The port of its management server. */
    public int management() {
        return management;
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** What it has written so far, errors included. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Waits until it has said this. */
    public Running awaitSaying(String text) {
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50))
                    .until(() -> output().contains(text) || !isRunning());
        } catch (ConditionTimeoutException e) {
            // Told below, with what it said instead.
        }
        assertThat(output()).as(toString()).contains(text);
        return this;
    }

    /** Waits until it ends by itself. */
    public int awaitExit() {
        try {
            if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError(this + " did not end; it said\n" + output());
    }

    /** Asks it to end, as a service manager does. */
    public void stop() {
        askToStop();
        awaitExit();
    }

    /** As {@link #stop}, and does not wait; may be repeated. */
    public void askToStop() {
        process.toHandle().destroy();
    }

    /** Ends it without its knowledge, as a power cut does. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Runs this while the process stands still, which then sees all of what was done at once. */
    void whileSuspended(Runnable act) {
        Tools.run("kill", "-STOP", Long.toString(pid()));
        try {
            act.run();
        } finally {
            Tools.run("kill", "-CONT", Long.toString(pid()));
        }
    }

    /** What it says of itself; nothing if it does not answer. */
    public Optional<Status> askStatus() {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + management + "/status").toURL().openConnection();
            connection.setConnectTimeout(ANSWER);
            connection.setReadTimeout(ANSWER);
            return Optional.of(Codec.JSON.read(connection.getInputStream().readAllBytes(), Status.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** An address of its management server. */
    public URI management(String path) {
        return URI.create("http://127.0.0.1:" + management + path);
    }

    /** What it says of itself, as soon as it answers. */
    public Status status() {
        AtomicReference<Optional<Status>> told = new AtomicReference<>(Optional.empty());
        try {
            await().pollDelay(Duration.ZERO).atMost(PATIENCE).until(() -> {
                told.set(askStatus());
                return told.get().isPresent() || !isRunning();
            });
        } catch (ConditionTimeoutException e) {
            // Told below, with what it said.
        }
        return told.get().orElseThrow(() -> new AssertionError(this + " tells no status; it said\n" + output()));
    }

    /** What it says of its only link. */
    public Status.Link link() {
        return status().sources().get(0);
    }

    /** Says that the removals are meant that its guard has stopped. */
    public void allowRemovals() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) management("/mirrors/-/removals").toURL().openConnection();
        connection.setConnectTimeout(ANSWER);
        connection.setReadTimeout(ANSWER);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.getOutputStream().write("{}".getBytes(StandardCharsets.UTF_8));
        assertThat(connection.getResponseCode()).as("the answer of %s", this).isEqualTo(200);
    }

    /** Waits until a path that its only target does not take was tried once more, and again not taken. */
    void awaitAnotherTry(String path) {
        Instant before = tried(path).orElse(Instant.MIN);
        await().atMost(PATIENCE).until(() -> tried(path).filter(before::isBefore).isPresent());
    }

    private Optional<Instant> tried(String path) {
        return link().held().stream().filter(held -> held.path().equals(path)).map(Status.Trouble::at).findAny();
    }

    /** Contents and attributes of files that its only target has written since it started. */
    public long filesWritten() {
        return status().targets().get(0).applied().files();
    }

    /** Changes that its only target has made since it started. */
    public long changesMade() {
        return status().targets().get(0).applied().changes();
    }

    /** Waits until all of its links say that they are in step. */
    public Running awaitInStep() {
        try {
            await("in step: " + this).atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> !isRunning()
                    || askStatus().filter(is -> is.sources().stream().allMatch(Status.Link::inStep)).isPresent());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(this + " is not in step; its status is " + askStatus(), e);
        }
        assertThat(isRunning()).as(this + " runs; it said\n" + output()).isTrue();
        return this;
    }

    /** Bytes that it has asked the operating system to read, from files and connections. */
    public long bytesRead() throws IOException {
        return io("rchar");
    }

    /** Bytes that it has asked the operating system to write, to files and connections. */
    public long bytesWritten() throws IOException {
        return io("wchar");
    }

    private long io(String what) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid() + "/io")).stream().filter(line -> line.startsWith(what))
                .mapToLong(line -> Long.parseLong(line.split(" ")[1])).findFirst().orElseThrow();
    }

    @Override
    public String toString() {
        return commandLine;
    }
}
