package io.bactrian.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.bactrian.FakeClock;
import io.bactrian.Processes;
import io.bactrian.Running;
import io.bactrian.wire.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Both ends as users run them; they end by SIGKILL. */
final class InTwoProcesses implements Ends {
    private static final Logger LOG = LoggerFactory.getLogger(InTwoProcesses.class);

    /** The library that tells a process another time, from the package {@code faketime}. */
    private final Place place;
    private final Processes processes;
    private final List<Running> started = new ArrayList<>();
    private Optional<Running> source = Optional.empty();
    private Optional<Running> target = Optional.empty();

    InTwoProcesses(Place place, Processes processes) {
        this.place = place;
        this.processes = processes;
    }

    private Running start(Map<String, String> properties) {
        Map<String, String> variables = new HashMap<>();
        properties.forEach((key, value) -> variables.put(key.replace('.', '_').replace('-', '_').toUpperCase(), value));
        Path directory;
        try {
            directory = Files.createDirectories(place.state());
            Files.write(directory.resolve("application.properties"), place.camelProperties().entrySet().stream()
                    .map(property -> property.getKey() + "=" + property.getValue()).sorted().toList());
            if (clock().isSet()) {
                variables.putAll(clock().environment());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Running running = processes.start(directory, variables);
        started.add(running);
        return running;
    }

    @Override
    public void startSource() {
        source = Optional.of(start(place.sourceProperties()));
    }

    @Override
    public void startTarget() {
        target = Optional.of(start(place.targetProperties()));
    }

    @Override
    public void killSource() {
        source.orElseThrow().kill();
        source = Optional.empty();
    }

    @Override
    public void killTarget() {
        target.orElseThrow().kill();
        target = Optional.empty();
    }

    @Override
    public void stopSource() {
        source.orElseThrow().stop();
        source = Optional.empty();
    }

    @Override
    public void stopTarget() {
        target.orElseThrow().stop();
        target = Optional.empty();
    }

    @Override
    public boolean sourceRuns() {
        return source.isPresent();
    }

    @Override
    public boolean targetRuns() {
        // One that found no room for a new index has ended.
        return target.filter(Running::isRunning).isPresent();
    }

    @Override
    public boolean loseEvents(double share) {
        return false;
    }

    @Override
    public boolean moveClock(int seconds) throws IOException {
        if (!FakeClock.isInstalled()) {
            LOG.warn("no clock is moved: the package faketime is not installed");
            return false;
        }
        clock().move(seconds);
        return true;
    }

    private FakeClock clock() {
        return new FakeClock(place.state().resolve("clock"));
    }

    @Override
    public Optional<String> guard() {
        return guardOfTarget().or(() -> source.flatMap(Running::askStatus).flatMap(status -> status.sources().get(0).guard()));
    }

    @Override
    public boolean isGuardOfTarget() {
        return guardOfTarget().isPresent();
    }

    private Optional<String> guardOfTarget() {
        return target.flatMap(Running::askStatus).flatMap(status -> status.targets().get(0).guard());
    }

    @Override
    public void allowRemovals() throws IOException {
        for (Running running : List.of(source.orElseThrow(), target.orElseThrow())) {
            running.allowRemovals();
        }
    }

    @Override
    public List<String> disagreements() {
        Optional<Status> status = source.flatMap(Running::askStatus);
        if (status.isEmpty()) {
            return List.of("the source tells no status");
        }
        Status.Link link = status.get().sources().get(0);
        List<String> found = new ArrayList<>();
        link.held().forEach(trouble -> found.add("trouble: " + trouble));
        if (!link.inStep()) {
            found.add("the link is " + link.state());
        }
        return found;
    }

    @Override
    public String story() {
        StringBuilder story = new StringBuilder();
        started.forEach(it -> story.append("\n--- ").append(it).append('\n').append(it.output()));
        return story.toString();
    }

    @Override
    public void close() {
        source.ifPresent(Running::kill);
        target.ifPresent(Running::kill);
    }
}
