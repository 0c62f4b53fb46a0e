package io.bactrian.settings;

import static io.bactrian.settings.Property.*;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.bactrian.compare.RereadRenamed;
import io.bactrian.settings.Property.Scope;

/** Creates {@link Settings} from properties, and checks those that depend on each other. For a single use. */
final class SettingsParser {
    /** Bytes of a request besides the content: paths, digests, framing. */
    private static final int HEADROOM = 1 << 20;

    private final Map<String, String> given;
    private final Map<String, String> environment;
    private final PropertyValues process;

    SettingsParser(Map<String, String> properties, Map<String, String> environment) {
        this.environment = environment;
        given = properties.entrySet().stream().filter(entry -> entry.getKey().startsWith(PREFIX))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        given.keySet().stream().sorted().filter(key -> !knows(key)).findFirst().ifPresent(key -> {
            throw new InvalidSettingException(key + " is not a property of Bactrian: did you mean " + PropertyKeys.nearest(key) + '?');
        });
        if (given.getOrDefault(STATE.key(), "").isBlank()) {
            Settings.stateHome(environment).ifPresent(home -> given.put(STATE.key(), home.toString()));
        }
        process = PropertyValues.of(Scope.PROCESS, "", given);
    }

    Settings settings() {
        List<SourceSettings> sources = PropertyValues.names(Scope.SOURCE, given).stream().map(this::source).toList();
        List<TargetSettings> targets = PropertyValues.names(Scope.TARGET, given).stream()
                .map(name -> new TargetSettings(name, PropertyValues.of(Scope.TARGET, name, given))).toList();
        boolean verifies = process.get(VERIFY_DIRECTORY).isPresent() || process.get(VERIFY_TARGET).isPresent();
        Settings settings = new Settings(sources, targets, verifies ? Optional.of(verify()) : Optional.empty(), withinBandwidth(sources));
        DirectoryChecks.check(settings);
        checkSizes(settings);
        ExposureCheck.check(settings);
        return settings;
    }

    private SourceSettings source(String name) {
        PropertyValues values = PropertyValues.of(Scope.SOURCE, name, given);
        List<URI> targets = values.get(SOURCE_TARGETS).stream().map(url -> base(url, name)).toList();
        if (Set.copyOf(targets).size() < targets.size()) {
            throw InvalidSettingException.of(SOURCE_TARGETS.key(name), given.get(SOURCE_TARGETS.key(name)), "each target once");
        }
        Path state = values.get(SOURCE_STATE).orElseGet(() -> process.get(STATE)
                .orElseGet(() -> Settings.mustHaveStateHome(environment)).resolve(name));
        return new SourceSettings(name, targets, state, values.get(SOURCE_TOKEN_FILE).or(() -> process.get(ACCESS_TOKEN_FILE)), values);
    }

    /** A source that is never watched and keeps no records. */
    private SourceSettings verify() {
        URI target = base(process.required(VERIFY_TARGET), "default");
        return new SourceSettings("verify", List.of(target), Path.of(""), process.get(ACCESS_TOKEN_FILE),
                PropertyValues.of(Scope.SOURCE, "verify", Map.of(
                        SOURCE_DIRECTORY.key("verify"), process.required(VERIFY_DIRECTORY).toString(),
                        SOURCE_TARGETS.key("verify"), target.toString(),
                        SOURCE_RESCAN.key("verify"), "0",
                        SOURCE_REREAD_RENAMED.key("verify"), "now")));
    }

    /** The base of a mirror's calls; a URL without a path means the mirror of the same name. */
    private static URI base(URI url, String name) {
        return url.getRawPath().isEmpty() ? url.resolve("/v1/" + name) : url;
    }

    /**
     * With a bandwidth limit, all requests that wait at the same time should be sent within about a second. Then no
     * request takes long, and targets hear from this process often enough to keep its leases.
     */
    private PropertyValues withinBandwidth(List<SourceSettings> sources) {
        PropertyValues values = process;
        int bandwidth = values.get(BANDWIDTH);
        if (bandwidth > 0) {
            int links = Math.max(1, sources.stream().mapToInt(source -> source.targets().size()).sum());
            int most = Math.max(1024, bandwidth / (links * (values.get(CONTENT_PARALLEL) + values.get(BATCH_PARALLEL))));
            for (Property<Integer> size : List.of(BATCH_BYTES, CONTENT_INLINE, CONTENT_PART)) {
                values = values.with(size, Math.min(most, values.get(size)));
            }
        }
        return values;
    }

    private static void checkSizes(Settings settings) {
        Duration first = settings.value(RETRY_FIRST);
        Duration longest = settings.value(RETRY_LONGEST);
        require(longest.compareTo(first) >= 0, RETRY_LONGEST, Units.write(longest),
                "at least " + RETRY_FIRST.key() + ", which is " + Units.write(first));
        int batch = settings.value(BATCH_BYTES);
        int inline = settings.value(CONTENT_INLINE);
        require(inline <= batch, CONTENT_INLINE, Units.write(inline), "at most " + BATCH_BYTES.key() + ", which is " + Units.write(batch));
        int body = settings.value(HTTP_MAX_BODY);
        int bodies = settings.value(HTTP_MAX_BODIES);
        require(bodies >= body, HTTP_MAX_BODIES, Units.write(bodies), "at least " + HTTP_MAX_BODY.key());
        int needed = Math.max(settings.value(CONTENT_PART), batch) + HEADROOM;
        require(body >= needed, HTTP_MAX_BODY, Integer.toString(body), "at least " + needed
                + " (1MiB more than " + CONTENT_PART.key() + " and " + BATCH_BYTES.key() + "), or lower those");
    }

    private static void require(boolean holds, Property<?> property, String value, String allowed) {
        if (!holds) {
            throw InvalidSettingException.of(property.key(), value, allowed);
        }
    }
}
