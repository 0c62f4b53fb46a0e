package io.bactrian.settings;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All properties with their defaults, written as a user would; empty if there is no default. {@code NAME} in a key
 * stands for the name of a mirror. A new property is one line here, one line in {@code application.properties}, and one
 * line that parses it.
 */
public enum Property {
    SOURCE_DIRECTORY("bactrian.source.NAME.directory", ""),
    SOURCE_TARGETS("bactrian.source.NAME.targets", ""),
    SOURCE_INCLUDE("bactrian.source.NAME.include", ""),
    SOURCE_EXCLUDE("bactrian.source.NAME.exclude", ""),
    SOURCE_EMPTY_DIRECTORIES("bactrian.source.NAME.empty-directories", "false"),
    SOURCE_SETTLE("bactrian.source.NAME.settle", "15ms"),
    SOURCE_RESCAN("bactrian.source.NAME.rescan", "1h"),
    SOURCE_REREAD_RENAMED("bactrian.source.NAME.reread-renamed", "rescan"),
    SOURCE_UNSETTLED("bactrian.source.NAME.unsettled", "30s"),
    SOURCE_GUARD("bactrian.source.NAME.guard", "50%,100"),
    SOURCE_STATE("bactrian.source.NAME.state", ""),
    SOURCE_TOKEN_FILE("bactrian.source.NAME.token-file", ""),
    TARGET_DIRECTORY("bactrian.target.NAME.directory", ""),
    TARGET_KEEP_SETUID("bactrian.target.NAME.keep-setuid", "false"),
    TARGET_LINKS("bactrian.target.NAME.links", "true"),
    TARGET_FSYNC("bactrian.target.NAME.fsync", "batch"),
    TARGET_MAX_PATH("bactrian.target.NAME.max-path", "4096"),
    TARGET_MAX_FILE("bactrian.target.NAME.max-file", "16TiB"),
    TARGET_MAX_STAGING("bactrian.target.NAME.max-staging", "16TiB"),
    TARGET_MAX_UPLOADS("bactrian.target.NAME.max-uploads", "10000"),
    TARGET_GUARD("bactrian.target.NAME.guard", "50%,100"),
    TARGET_TRASH("bactrian.target.NAME.trash", "0"),
    TARGET_CHECK("bactrian.target.NAME.check", "1h"),
    TARGET_SCRUB("bactrian.target.NAME.scrub", "0"),
    HTTP_HOST("bactrian.http.host", "127.0.0.1"),
    HTTP_PORT("bactrian.http.port", "8480"),
    HTTP_MAX_BODY("bactrian.http.max-body", "16777216"),
    HTTP_MAX_BODIES("bactrian.http.max-bodies", "256MiB"),
    HTTP_MAX_ENTRIES("bactrian.http.max-entries", "100000"),
    HTTP_MAX_DIRECTORIES("bactrian.http.max-directories", "1000"),
    HTTP_MAX_CONNECTIONS("bactrian.http.max-connections", "1000"),
    HTTP_MAX_PER_ADDRESS("bactrian.http.max-per-address", "500"),
    HTTP_HEAD_TIME("bactrian.http.head-time", "15s"),
    HTTP_BODY_TIME("bactrian.http.body-time", "2m"),
    HTTP_IDLE("bactrian.http.idle", "1m"),
    HTTP_THREADS("bactrian.http.threads", "16"),
    HTTP_TLS("bactrian.http.tls", "false"),
    HTTP_CLIENT_CERTIFICATES("bactrian.http.client-certificates", "false"),
    HTTP_INSECURE("bactrian.http.insecure", "false"),
    ACCESS_TOKENS("bactrian.access.tokens", ""),
    ACCESS_JWT_KEYS("bactrian.access.jwt.keys", ""),
    ACCESS_JWT_ISSUER("bactrian.access.jwt.issuer", ""),
    ACCESS_JWT_AUDIENCE("bactrian.access.jwt.audience", ""),
    ACCESS_JWT_CLAIM("bactrian.access.jwt.claim", "bactrian"),
    ACCESS_TOKEN_FILE("bactrian.access.token-file", ""),
    MANAGEMENT_HOST("bactrian.management.host", "127.0.0.1"),
    MANAGEMENT_PORT("bactrian.management.port", "8481"),
    MANAGEMENT_INSECURE("bactrian.management.insecure", "false"),
    NAMES("bactrian.names", ""),
    STATE("bactrian.state", ""),
    BATCH_ENTRIES("bactrian.batch.entries", "1000"),
    BATCH_BYTES("bactrian.batch.bytes", "4MiB"),
    BATCH_PARALLEL("bactrian.batch.parallel", "4"),
    MEMORY("bactrian.memory", "64MiB"),
    CONTENT_INLINE("bactrian.content.inline", "128KiB"),
    CONTENT_PART("bactrian.content.part", "4MiB"),
    CONTENT_PARALLEL("bactrian.content.parallel", "4"),
    STAGING_KEEP("bactrian.staging.keep", "1d"),
    BANDWIDTH("bactrian.bandwidth", "0"),
    DELTA_FROM("bactrian.delta.from", "256KiB"),
    SCRUB_RATE("bactrian.scrub.rate", "0"),
    LEASE("bactrian.lease", "15s"),
    STOP_WITHIN("bactrian.stop.within", "8s"),
    RETRY_FIRST("bactrian.retry.first", "100ms"),
    RETRY_LONGEST("bactrian.retry.longest", "1s"),
    ONCE("bactrian.once", "false"),
    WAIT("bactrian.wait", "30s"),
    ROLE_SOURCE("bactrian.role.source", "false"),
    ROLE_TARGET("bactrian.role.target", "false"),
    ROLE_VERIFY("bactrian.role.verify", "false"),
    ROLE_INCOMPLETE("bactrian.role.incomplete", "false"),
    VERIFY_DIRECTORY("bactrian.verify.directory", ""),
    VERIFY_TARGET("bactrian.verify.target", ""),
    VERIFY_CONTENT("bactrian.verify.content", "true");

    /** Prefix of all keys. */
    public static final String PREFIX = "bactrian.";

    static final String NAME = "[a-z0-9][a-z0-9-]*";

    private final String key;
    private final String fallback;
    private final Pattern pattern;
    private final Pattern variable;

    Property(String key, String fallback) {
        this.key = key;
        this.fallback = fallback;
        this.pattern = Pattern.compile(Pattern.quote(key).replace("NAME", "\\E(" + NAME + ")\\Q"));
        String upper = key.replace("NAME", "\0").replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
        this.variable = Pattern.compile(upper.replace("\0", "([A-Z0-9][A-Z0-9_]*)"));
    }

    /** The key; contains {@code NAME} if the property belongs to one source or target. */
    public String key() {
        return key;
    }

    /** The key for the mirror with this name. */
    public String key(String name) {
        return key.replace("NAME", name);
    }

    /** The default as text; empty if there is none. */
    public String fallback() {
        return fallback;
    }

    public boolean isNamed() {
        return key.contains("NAME");
    }

    /** The mirror's name in a key of this property; empty if the key belongs to another property. */
    Optional<String> nameIn(String candidate) {
        Matcher matcher = pattern.matcher(candidate);
        return matcher.matches() ? Optional.of(isNamed() ? matcher.group(1) : "") : Optional.empty();
    }

    /** Whether this is the key of a property, with any mirror's name. */
    public static boolean knows(String key) {
        return Arrays.stream(values()).anyMatch(property -> property.nameIn(key).isPresent());
    }

    /** The key that an environment variable sets; empty if it sets none. */
    static Optional<String> keyOf(String variable) {
        for (Property property : values()) {
            Matcher matcher = property.variable.matcher(variable);
            if (matcher.matches()) {
                return Optional.of(property.isNamed()
                        ? property.key(matcher.group(1).toLowerCase(Locale.ROOT).replace('_', '-'))
                        : property.key);
            }
        }
        return Optional.empty();
    }

    /** The known key that is most similar to this one, with the mirror's name from it. */
    static String nearest(String key) {
        String[] parts = key.split("\\.");
        String name = parts.length > 3 && parts[2].matches(NAME) ? parts[2] : "NAME";
        return Arrays.stream(values()).map(property -> property.key(name))
                .min(Comparator.comparingInt(known -> distance(known, key))).orElseThrow();
    }

    /** The Levenshtein distance: the least number of letters to insert, remove or replace. */
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        Arrays.setAll(previous, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
