package io.bactrian;

import static io.bactrian.Processes.freePort;
import static io.bactrian.Processes.url;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A source, its target, and the processes between them: each test has its own, and leaves none behind. */
abstract class TwoEnds {
    @RegisterExtension
    final Processes processes;
    @TempDir
    Path place;
    /** The target's, whenever it comes. */
    final int port = freePort();
    /** There, and empty. */
    Path source;
    /** Not there yet. */
    Path target;
    private final List<Object> ofTargets = new ArrayList<>();
    private final List<Object> ofSources = new ArrayList<>();

    TwoEnds() {
        this(new Processes());
    }

    TwoEnds(Processes processes) {
        this.processes = processes;
    }

    @BeforeEach
    void makeSource() throws IOException {
        source = Files.createDirectory(place.resolve("source"));
        target = place.resolve("target");
    }

    /** Gives this property to whatever {@link #startTarget} starts. */
    final void targetsHave(String property) {
        ofTargets.addAll(List.of("--set", property));
    }

    /** Gives this property to whatever {@link #startSource} starts. */
    final void sourcesHave(String property) {
        ofSources.addAll(List.of("--set", property));
    }

    /** Starts the target, and waits until it receives: it may say so a moment before it listens. */
    final Running startTarget(Object... more) {
        Running started = processes.start("target", target, "--port", port, ofTargets.toArray(), more).awaitSaying("receives");
        await("listening").pollDelay(Duration.ZERO).atMost(Running.PATIENCE).until(() -> isListening("127.0.0.1") || isListening("::1"));
        return started;
    }

    private boolean isListening(String host) {
        try (Socket socket = new Socket(host, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts the source, whether its target is there or not. */
    final Running startSource(Object... more) {
        return processes.start("source", source, url(port), ofSources.toArray(), more);
    }

    final void awaitThere(String path) {
        await(path).atMost(Running.PATIENCE).until(() -> Files.exists(target.resolve(path)));
    }

    /** Waits until so many entries are at the target's root: so it is in the middle of its work. */
    final void awaitEntries(int entries) {
        await(entries + " entries").atMost(Running.PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            try (Stream<Path> children = Files.exists(target) ? Files.list(target) : Stream.of()) {
                return children.count() >= entries;
            }
        });
    }
}
