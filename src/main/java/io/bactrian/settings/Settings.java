package io.bactrian.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The configuration, parsed and checked once; {@code application.properties} documents each property. Immutable.
 *
 * @param verify          the comparison to make; a process that verifies does nothing else
 * @param httpPort        zero makes the command line choose a free port
 * @param httpMaxBody     bytes in the largest request body
 * @param gate            limits for connections to targets
 * @param managementPort  zero for no management server
 * @param access          access control
 * @param state           parent of the sources' state directories; empty if it is not set and there is no home
 * @param batchEntries    maximum number of changes in a batch
 * @param batchBytes      maximum bytes of inline content in a batch
 * @param batchParallel   batches in flight to one target
 * @param memory          maximum bytes of contents in memory for one target
 * @param contentInline   files up to this many bytes are sent inside their batch
 * @param contentPart     maximum bytes of content in one request
 * @param contentParallel concurrent content requests to one target
 * @param bandwidth       maximum bytes sent per second, 0 for no limit; requests are small enough for it
 * @param stagingKeep     how long a target keeps an upload that receives nothing
 * @param deltaFrom       files of at least this many bytes that are too large for a batch are sent as deltas; 0 for
 *                        never
 * @param scrubRate       maximum bytes per second that a scrub reads, 0 for no limit
 * @param lease           how long a target keeps the lease of a sender that it does not hear from
 * @param stopWithin      how long requests in flight may take to finish when the process stops
 * @param retryFirst      wait before a failed request is first repeated; doubles each time
 * @param retryLongest    upper limit of that wait
 * @param once            whether the process ends when source and target are in step
 * @param patience        how long it tries to reach a target before it gives up; zero for ever
 */
public record Settings(
        List<SourceSettings> sources,
        List<TargetSettings> targets,
        Optional<VerifySettings> verify,
        String httpHost,
        int httpPort,
        int httpMaxBody,
        int httpThreads,
        GateSettings gate,
        String managementHost,
        int managementPort,
        AccessSettings access,
        Path state,
        int batchEntries,
        int batchBytes,
        int batchParallel,
        int memory,
        int contentInline,
        int contentPart,
        int contentParallel,
        int bandwidth,
        Duration stagingKeep,
        int deltaFrom,
        int scrubRate,
        Duration lease,
        Duration stopWithin,
        Duration retryFirst,
        Duration retryLongest,
        boolean once,
        Duration patience) {

    public Settings {
        sources = List.copyOf(sources);
        targets = List.copyOf(targets);
    }

    /** The number of parts of large files that are sent to one target concurrently, within half of the memory. */
    public int partsAtOnce() {
        return Math.max(1, Math.min(contentParallel, memory / 2 / contentPart));
    }

    /**
     * Parses and checks properties; ignores keys that do not begin with {@code bactrian.}.
     *
     * @param environment used to find the home of the state directory; nothing else is read from it
     * @throws InvalidSettingException if a property is unknown or out of range, if a source's directory is missing, or
     *         if directories are nested so that a tree would be copied into itself
     */
    public static Settings of(Map<String, String> properties, Map<String, String> environment) {
        return new SettingsParser(properties, environment).settings();
    }

    /** The properties set by environment variables such as {@code BACTRIAN_HTTP_PORT}. */
    public static Map<String, String> fromEnvironment(Map<String, String> environment) {
        Map<String, String> properties = new HashMap<>();
        environment.forEach((variable, value) -> Property.keyOf(variable)
                .ifPresent(key -> properties.put(key, value)));
        return properties;
    }

    /**
     * Default parent of the state directories, by the XDG base directory specification. Empty if the user has no home:
     * Java reports {@code ?} for a user with neither a name nor {@code HOME}.
     */
    public static Optional<Path> stateHome(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        // the specification says to ignore relative paths
        return state.startsWith("/") ? Optional.of(Path.of(state, "bactrian"))
                : Stream.of(environment.getOrDefault("HOME", ""), System.getProperty("user.home", ""))
                        .filter(home -> home.startsWith("/")).findFirst().map(home -> Path.of(home, ".local", "state", "bactrian"));
    }

    /** As {@link #stateHome}, but fails if there is none. */
    public static Path mustHaveStateHome(Map<String, String> environment) {
        return stateHome(environment).orElseThrow(() -> new InvalidSettingException("a source has to remember what its targets hold, and there is no "
                + "home directory for that (HOME is not set, and this user has none): say where by --state DIR, or by "
                + Property.STATE.key() + "=DIR"));
    }

    /** @throws NoSuchElementException if there is no source of this name */
    public SourceSettings source(String name) {
        return sources.stream().filter(source -> source.name().equals(name)).findFirst()
                .orElseThrow(() -> new NoSuchElementException("there is no source named " + name));
    }

    /** @throws NoSuchElementException if there is no target of this name */
    public TargetSettings target(String name) {
        return targets.stream().filter(target -> target.name().equals(name)).findFirst()
                .orElseThrow(() -> new NoSuchElementException("there is no target named " + name));
    }

    /** Whether this process is a source; asked by the routes' preconditions. */
    public boolean sends() {
        return !sources.isEmpty();
    }

    /** Whether this process is a target; asked by the routes' preconditions. */
    public boolean receives() {
        return !targets.isEmpty();
    }

    /** Whether this process verifies; asked by the routes' preconditions. */
    public boolean verifies() {
        return verify.isPresent();
    }
}
