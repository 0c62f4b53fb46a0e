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
 * All that can be configured, read and checked once: see {@code application.properties} for what each
 * property means. Immutable.
 *
 * @param verify          what to compare; a process that does this does nothing else
 * @param httpPort        zero asks the command line for any free port
 * @param httpMaxBody     bytes in the largest request body
 * @param gate            what a target bears of those who connect to it
 * @param managementPort  zero is no management server
 * @param access          who may talk
 * @param state           where sources remember, one directory below it for each; empty if nobody says, and there is no home
 * @param batchEntries    the most changes in one batch
 * @param batchBytes      the most bytes of inline content in one batch
 * @param batchParallel   batches that one target gets at the same time
 * @param memory          the most bytes of contents that are in memory for one target
 * @param contentInline   files of up to this many bytes travel inside their batch
 * @param contentPart     the most bytes of content in one request
 * @param contentParallel requests that carry content to one target at the same time
 * @param bandwidth       bytes in a second that are sent at most, 0 for no limit; sizes of requests are small enough for it
 * @param stagingKeep     how long a target keeps an upload to which nothing is added
 * @param deltaFrom       files of at least this many bytes, and too large for a batch, travel as what changed; 0 for none
 * @param scrubRate       bytes in a second that a scrub reads at most, 0 for no limit
 * @param lease           how long a target keeps its place for a sender from which it hears nothing
 * @param stopWithin      how long what is on its way may take to end when the process is told to stop
 * @param retryFirst      the wait before a failed request is first repeated; it doubles each time
 * @param retryLongest    where the doubling ends
 * @param once            whether the process ends when source and target are in step
 * @param patience        how long it tries in vain to reach a target until it ends all the same; zero is for ever
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
