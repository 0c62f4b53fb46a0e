package io.bactrian.settings;

import static io.bactrian.settings.Property.*;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The configuration, parsed and checked once. Immutable.
 *
 * @param verify the comparison to make, as a source with one target; a process that verifies does nothing else
 * @param values of the properties of the process
 */
public record Settings(List<SourceSettings> sources, List<TargetSettings> targets, Optional<SourceSettings> verify,
        PropertyValues values) {

    public Settings {
        sources = List.copyOf(sources);
        targets = List.copyOf(targets);
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
        environment.forEach((variable, value) -> PropertyKeys.ofVariable(variable)
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
        return stateHome(environment).orElseThrow(() -> new InvalidSettingException("a source must keep records of its targets, and "
                + "there is no home directory for them (HOME is not set, and this user has none): choose a directory with --state "
                + "DIR, or " + STATE.key() + "=DIR"));
    }

    /** The value of a property of the process. With a bandwidth limit, the sizes of requests are small enough for it. */
    public <T> T value(Property<T> property) {
        return values.get(property);
    }

    /** Whether this process is a source. */
    public boolean sends() {
        return !sources.isEmpty();
    }

    /** Whether this process is a target. */
    public boolean receives() {
        return !targets.isEmpty();
    }

    /** Whether callers of targets must authenticate. */
    public boolean authenticates() {
        return value(ACCESS_TOKENS).isPresent() || value(ACCESS_JWT_KEYS).isPresent()
                || value(HTTP_TLS) && value(HTTP_CLIENT_CERTIFICATES);
    }

    /** Requirements for JSON Web Tokens; empty if none are accepted. */
    public Optional<JwtSettings> jwt() {
        return value(ACCESS_JWT_KEYS).map(keys -> new JwtSettings(keys, values.required(ACCESS_JWT_ISSUER),
                values.required(ACCESS_JWT_AUDIENCE), value(ACCESS_JWT_CLAIM)));
    }

    /** Limits for connections to targets. */
    public GateSettings gate() {
        return new GateSettings(value(HTTP_MAX_CONNECTIONS), value(HTTP_MAX_PER_ADDRESS), value(HTTP_MAX_BODIES),
                value(HTTP_HEAD_TIME), value(HTTP_BODY_TIME), value(HTTP_IDLE));
    }
}
