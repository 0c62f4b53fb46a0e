package io.bactrian.cli;

import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.event.Level;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options of every command. */
final class CommonOptions {
    @Option(names = "--log-level", scope = ScopeType.INHERIT, paramLabel = "LEVEL",
            description = "error, warn, info, debug or trace; debug and trace include stack traces")
    Level logLevel;

    @Option(names = "--log-file", scope = ScopeType.INHERIT, paramLabel = "FILE",
            description = "also log to this file; rotated daily and at 10 MB, keeping the last 14 files")
    Path logFile;

    @Option(names = "--log-format", scope = ScopeType.INHERIT, paramLabel = "FORMAT", defaultValue = "text",
            description = "text, or json with one object per line")
    Format logFormat = Format.TEXT;

    @Option(names = {"-q", "--quiet"}, scope = ScopeType.INHERIT, description = "print only warnings and errors")
    boolean quiet;

    @Option(names = "--management-port", scope = ScopeType.INHERIT, paramLabel = "PORT",
            description = "port of the management server on loopback, 0 for none; "
                    + "8481 by default, 8482 for a source, 0 with --once")
    Integer managementPort;

    @Option(names = "--state", scope = ScopeType.INHERIT, paramLabel = "DIR",
            description = "directory for the state of sources; by default $XDG_STATE_HOME/bactrian "
                    + "or ~/.local/state/bactrian")
    Path state;

    @Option(names = "--set", scope = ScopeType.INHERIT, paramLabel = "PROPERTY=VALUE",
            description = "set any property of application.properties; may be repeated")
    Map<String, String> set = new LinkedHashMap<>();

    /** The format of the log. */
    enum Format {
        TEXT, JSON
    }

    /**
     * Merges all properties; later ones take precedence: file, environment, command, {@code --set}.
     *
     * @param command whether a command was given. Then the environment, which may be that of a container built to run
     *                something else, decides how to run but not what
     */
    Map<String, String> merge(Map<String, String> file, Map<String, String> given, boolean command) {
        Map<String, String> merged = new TreeMap<>(file);
        Map<String, String> environment = Settings.fromEnvironment(System.getenv());
        System.getProperties().stringPropertyNames().stream().filter(Property::knows)
                .forEach(key -> environment.put(key, System.getProperty(key)));
        if (command) {
            environment.keySet().removeIf(key -> key.matches("bactrian\\.((source|target|verify)\\..*|once)"));
        }
        merged.putAll(environment);
        merged.putAll(given);
        put(merged, Property.MANAGEMENT_PORT, managementPort);
        put(merged, Property.STATE, state);
        merged.putAll(set);
        return merged;
    }

    /** Sets a property if the user gave its option. */
    static void put(Map<String, String> properties, Property<?> property, Object option) {
        if (option != null) {
            properties.put(property.key(), option.toString());
        }
    }

    /** The state directory of a source that is identified by its directories instead of a name. */
    String stateOf(Path... directories) {
        String configured = merge(Map.of(), Map.of(), true).getOrDefault(Property.STATE.key(), "");
        String all = Arrays.stream(directories).map(path -> path.toAbsolutePath().normalize().toString())
                .collect(Collectors.joining("\0"));
        String id = UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)).toString();
        return (configured.isBlank() ? Settings.mustHaveStateHome(System.getenv()) : Path.of(configured)).resolve(id).toString();
    }
}
