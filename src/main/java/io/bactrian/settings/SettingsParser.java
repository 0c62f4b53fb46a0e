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

import io.bactrian.change.RereadRenamed;
import io.bactrian.tree.TreePath;

/** Parses {@link Settings} from properties, and checks ranges and combinations. For a single use. */
final class SettingsParser {
    /** Bytes of a request besides the content: paths, digests, framing. */
    private static final int HEADROOM = 1 << 20;
    private static final int MIB = 1 << 20;
    private static final int LEAST_BANDWIDTH = 16 << 10;
    private static final Duration INSTANT = Duration.ofMillis(1);

    private final PropertyValues values;
    private final Map<String, String> environment;

    SettingsParser(Map<String, String> properties, Map<String, String> environment) {
        Map<String, String> own = properties.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(PREFIX))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        own.keySet().stream().sorted().filter(key -> !knows(key)).findFirst().ifPresent(key -> {
            throw new InvalidSettingException(key + " is not a property of Bactrian: did you mean " + nearest(key) + '?');
        });
        if (own.getOrDefault(STATE.key(), "").isBlank()) {
            own.remove(STATE.key());
            Settings.stateHome(environment).ifPresent(home -> own.put(STATE.key(), home.toString()));
        }
        values = new PropertyValues(own);
        this.environment = environment;
    }

    Settings settings() {
        List<SourceSettings> sources = values.names(SOURCE_DIRECTORY, SOURCE_TARGETS, SOURCE_INCLUDE,
                SOURCE_EXCLUDE, SOURCE_EMPTY_DIRECTORIES, SOURCE_SETTLE, SOURCE_RESCAN, SOURCE_REREAD_RENAMED, SOURCE_UNSETTLED, SOURCE_GUARD,
                SOURCE_STATE, SOURCE_TOKEN_FILE).stream().map(this::source).toList();
        List<TargetSettings> targets = values.names(TARGET_DIRECTORY, TARGET_KEEP_SETUID, TARGET_LINKS, TARGET_GUARD,
                TARGET_TRASH, TARGET_SCRUB, TARGET_MAX_PATH, TARGET_MAX_FILE, TARGET_MAX_STAGING, TARGET_MAX_UPLOADS,
                TARGET_FSYNC, TARGET_CHECK).stream()
                .map(this::target).toList();
        Optional<VerifySettings> verify = verify();
        DirectoryChecks.check(sources, targets, verify);
        int most = mostInRequest(sources);
        Settings settings = new Settings(sources, targets, verify,
                values.host(HTTP_HOST),
                values.number(HTTP_PORT, 0, 65535),
                values.number(HTTP_MAX_BODY, 1 << 16, 1024 * MIB),
                values.number(HTTP_THREADS, 1, 1024),
                gate(),
                values.host(MANAGEMENT_HOST),
                values.number(MANAGEMENT_PORT, 0, 65535),
                access(),
                state().orElse(Path.of("")),
                values.number(BATCH_ENTRIES, 1, 100_000),
                Math.min(most, values.size(BATCH_BYTES, 1024, 256 * MIB)),
                values.number(BATCH_PARALLEL, 1, 64),
                values.size(MEMORY, 64 * 1024, 2047 * MIB),
                Math.min(most, values.size(CONTENT_INLINE, 0, 256 * MIB)),
                Math.min(most, values.size(CONTENT_PART, 1024, 256 * MIB)),
                values.number(CONTENT_PARALLEL, 1, 64),
                values.size(BANDWIDTH, 0, 1024 * MIB),
                values.duration(STAGING_KEEP, "", Duration.ofSeconds(1), Duration.ofDays(365), ""),
                values.size(DELTA_FROM, 0, 1024 * MIB),
                values.size(SCRUB_RATE, 0, 1024 * MIB),
                values.duration(LEASE, "", Duration.ofSeconds(1), Duration.ofHours(1), ""),
                values.duration(STOP_WITHIN, "", Duration.ZERO, Duration.ofHours(1), ""),
                values.duration(RETRY_FIRST, "", INSTANT, Duration.ofHours(1), ""),
                values.duration(RETRY_LONGEST, "", INSTANT, Duration.ofDays(1), ""),
                values.flag(ONCE, ""),
                values.duration(WAIT, "", Duration.ofMillis(1), Duration.ofDays(365), ", or 0 for never"));
        mustFit(settings);
        // checked here, because settings may not be available where it is used
        values.flag(ROLE_INCOMPLETE, "");
        ExposureCheck.check(settings);
        return settings;
    }

    private AccessSettings access() {
        Optional<String> keys = values.given(ACCESS_JWT_KEYS, "");
        return new AccessSettings(values.flag(HTTP_TLS, ""), values.flag(HTTP_CLIENT_CERTIFICATES, ""),
                values.flag(HTTP_INSECURE, ""), values.flag(MANAGEMENT_INSECURE, ""), names(), file(ACCESS_TOKENS, ""),
                keys.map(where -> new AccessSettings.Jwt(where,
                        values.text(ACCESS_JWT_ISSUER, "", "who makes the tokens: their claim iss"),
                        values.text(ACCESS_JWT_AUDIENCE, "", "what the tokens are for: their claim aud"),
                        values.text(ACCESS_JWT_CLAIM, "", "the name of a claim"))));
    }

    private List<String> names() {
        return values.list(NAMES, "").stream().map(name -> {
            if (!name.matches("[A-Za-z0-9._-]+")) {
                throw InvalidSettingException.of(NAMES.key(), name, "host names without ports, such as nas.example.org");
            }
            return name;
        }).toList();
    }

    private Optional<Path> state() {
        return values.given(STATE, "").map(given -> values.path(STATE, ""));
    }

    private Optional<Path> file(Property property, String name) {
        return values.given(property, name).map(given -> values.path(property, name));
    }

    /**
     * With a bandwidth limit, all requests that wait at the same time should be sent within about a second. Then no
     * request takes long, and targets hear from this process often enough to keep its leases.
     */
    private int mostInRequest(List<SourceSettings> sources) {
        int bandwidth = values.size(BANDWIDTH, 0, 1024 * MIB);
        if (bandwidth == 0) {
            return Integer.MAX_VALUE;
        }
        if (bandwidth < LEAST_BANDWIDTH) {
            throw InvalidSettingException.of(BANDWIDTH.key(), Units.write(bandwidth), "0 for no limit, or a size from "
                    + Units.write(LEAST_BANDWIDTH) + " to 1GiB, such as 10MiB");
        }
        int links = sources.stream().mapToInt(source -> source.targets().size()).sum();
        return Math.max(1024, bandwidth / (Math.max(1, links)
                * (values.number(CONTENT_PARALLEL, 1, 64) + values.number(BATCH_PARALLEL, 1, 64))));
    }

    private SourceSettings source(String name) {
        String url = "at least one target's URL, such as http://host:8480";
        String written = values.text(SOURCE_TARGETS, name, url);
        List<URI> urls = values.list(SOURCE_TARGETS, name).stream()
                .map(text -> PropertyValues.target(SOURCE_TARGETS.key(name), text, name)).toList();
        if (urls.isEmpty()) {
            throw InvalidSettingException.of(SOURCE_TARGETS.key(name), written, url);
        }
        if (Set.copyOf(urls).size() < urls.size()) {
            throw InvalidSettingException.of(SOURCE_TARGETS.key(name), written, "each target once");
        }
        return new SourceSettings(name, values.path(SOURCE_DIRECTORY, name), urls,
                values.list(SOURCE_INCLUDE, name), values.list(SOURCE_EXCLUDE, name),
                values.flag(SOURCE_EMPTY_DIRECTORIES, name),
                values.duration(SOURCE_SETTLE, name, INSTANT, Duration.ofMinutes(10), ""),
                values.duration(SOURCE_RESCAN, name, Duration.ofSeconds(1), Duration.ofDays(365),
                        ", or 0 for never"),
                values.one(SOURCE_REREAD_RENAMED, name, RereadRenamed.class), unsettled(name), values.guard(SOURCE_GUARD, name),
                values.given(SOURCE_STATE, name).isPresent() ? values.path(SOURCE_STATE, name)
                        : state().orElseGet(() -> Settings.mustHaveStateHome(environment)).resolve(name),
                file(SOURCE_TOKEN_FILE, name).or(() -> file(ACCESS_TOKEN_FILE, "")));
    }

    private Optional<Duration> unsettled(String name) {
        return values.given(SOURCE_UNSETTLED, name).filter("never"::equals).isPresent() ? Optional.empty()
                : Optional.of(values.duration(SOURCE_UNSETTLED, name, Duration.ofMillis(1), Duration.ofDays(365), ", or never"))
                        .filter(is -> !is.isZero());
    }

    private TargetSettings target(String name) {
        return new TargetSettings(name, values.path(TARGET_DIRECTORY, name),
                values.flag(TARGET_KEEP_SETUID, name), values.flag(TARGET_LINKS, name), limits(name),
                values.guard(TARGET_GUARD, name),
                values.duration(TARGET_TRASH, name, Duration.ofSeconds(1), Duration.ofDays(3650), ", or 0 for none"),
                values.duration(TARGET_SCRUB, name, Duration.ofSeconds(1), Duration.ofDays(365), ", or 0 for never"),
                values.one(TARGET_FSYNC, name, Fsync.class),
                values.duration(TARGET_CHECK, name, Duration.ofSeconds(1), Duration.ofDays(365), ", or 0 for never"));
    }

    private TargetLimits limits(String name) {
        return new TargetLimits(values.number(TARGET_MAX_PATH, name, 255, TreePath.MAX_PATH),
                values.size(TARGET_MAX_FILE, name, MIB, Long.MAX_VALUE),
                values.size(TARGET_MAX_STAGING, name, MIB, Long.MAX_VALUE),
                values.number(TARGET_MAX_UPLOADS, name, 1, 1_000_000));
    }

    private GateSettings gate() {
        GateSettings gate = new GateSettings(values.number(HTTP_MAX_CONNECTIONS, 1, 100_000),
                values.number(HTTP_MAX_PER_ADDRESS, 1, 100_000),
                values.size(HTTP_MAX_BODIES, 1 << 16, 2047 * MIB),
                values.duration(HTTP_HEAD_TIME, "", INSTANT, Duration.ofMinutes(10), ""),
                values.duration(HTTP_BODY_TIME, "", INSTANT, Duration.ofHours(1), ""),
                values.duration(HTTP_IDLE, "", INSTANT, Duration.ofHours(1), ""),
                values.number(HTTP_MAX_ENTRIES, 1, 1_000_000),
                values.number(HTTP_MAX_DIRECTORIES, 200, 100_000));
        if (gate.bodies() < values.number(HTTP_MAX_BODY, 1 << 16, 1024 * MIB)) {
            throw InvalidSettingException.of(HTTP_MAX_BODIES.key(), Units.write(gate.bodies()), "at least " + HTTP_MAX_BODY.key());
        }
        return gate;
    }

    private Optional<VerifySettings> verify() {
        if (values.given(VERIFY_DIRECTORY, "").isEmpty() && values.given(VERIFY_TARGET, "").isEmpty()) {
            return Optional.empty();
        }
        String url = values.text(VERIFY_TARGET, "", "the target's URL, such as http://host:8480");
        return Optional.of(new VerifySettings(values.path(VERIFY_DIRECTORY, ""),
                PropertyValues.target(VERIFY_TARGET.key(), url, "default"), values.flag(VERIFY_CONTENT, ""),
                file(ACCESS_TOKEN_FILE, "")));
    }

    private static void mustFit(Settings settings) {
        if (settings.retryLongest().compareTo(settings.retryFirst()) < 0) {
            throw InvalidSettingException.of(RETRY_LONGEST.key(), Units.write(settings.retryLongest()),
                    "at least " + RETRY_FIRST.key() + ", which is " + Units.write(settings.retryFirst()));
        }
        if (settings.contentInline() > settings.batchBytes()) {
            throw InvalidSettingException.of(CONTENT_INLINE.key(), Units.write(settings.contentInline()),
                    "at most " + BATCH_BYTES.key() + ", which is " + Units.write(settings.batchBytes()));
        }
        int needed = Math.max(settings.contentPart(), settings.batchBytes()) + HEADROOM;
        if (settings.httpMaxBody() < needed) {
            throw InvalidSettingException.of(HTTP_MAX_BODY.key(), Integer.toString(settings.httpMaxBody()), "at least " + needed
                    + " (1MiB more than " + CONTENT_PART.key() + " and " + BATCH_BYTES.key() + "), or lower those");
        }
    }
}
