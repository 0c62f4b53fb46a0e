package io.bactrian.settings;

import static io.bactrian.settings.ValueType.*;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.bactrian.change.RemovalLimit;
import io.bactrian.compare.RereadRenamed;
import io.bactrian.tree.TreePath;

/**
 * A property: its key, its values, its default and its meaning. This is the one declaration of each property: {@link Settings}
 * are parsed by it, and {@code application.properties} and {@code docs/properties.md} are generated from it. {@code NAME} in a
 * key stands for the name of a mirror. Immutable.
 *
 * @param <T> type of the parsed value
 */
public final class Property<T> {
    /** Prefix of all keys. */
    public static final String PREFIX = "bactrian.";

    static final String NAME = "[a-z0-9][a-z0-9-]*";

    private static final List<Property<?>> ALL = new ArrayList<>();

    public static final Property<Path> SOURCE_DIRECTORY = of("bactrian.source.NAME.directory", directory(), "",
            "The directory to send. Bactrian never writes to it.");
    public static final Property<List<URI>> SOURCE_TARGETS = of("bactrian.source.NAME.targets", oneOrMore(url()), "",
            "Where to send it. Without a name in the URL, the mirror has the same name there.");
    public static final Property<List<String>> SOURCE_INCLUDE = of("bactrian.source.NAME.include", list(text("an Ant pattern")), "",
            "What is sent. If empty, everything.");
    public static final Property<List<String>> SOURCE_EXCLUDE = of("bactrian.source.NAME.exclude", list(text("an Ant pattern")), "",
            "What is neither sent nor deleted on the target.");
    public static final Property<Boolean> SOURCE_EMPTY_DIRECTORIES = of("bactrian.source.NAME.empty-directories", flag(), "false",
            "Whether directories that contain nothing included are created on the target. Without include, all are.");
    public static final Property<Duration> SOURCE_SETTLE = of("bactrian.source.NAME.settle", duration("1ms", "10m"), "15ms",
            "How long a path must be quiet before it is read.");
    public static final Property<Duration> SOURCE_RESCAN = of("bactrian.source.NAME.rescan", duration("1s", "365d", "0 for never"), "1h",
            "The longest time between two comparisons of the whole tree that no event asked for. They are made more often, up to every "
                    + "10 s, where they take less than a hundredth of a core. See docs/rescan.md.");
    public static final Property<RereadRenamed> SOURCE_REREAD_RENAMED = of("bactrian.source.NAME.reread-renamed",
            oneOf(RereadRenamed.class), "rescan",
            "When a renamed file is read again. A rename changes the file's change time, which then cannot tell any more whether "
                    + "somebody wrote to the file and set its time back. With `rescan`, it is read with the next comparison of the whole "
                    + "tree, or at once if more than the rename was seen. With `never`, inode, size and time are enough.");
    public static final Property<Duration> SOURCE_UNSETTLED = of("bactrian.source.NAME.unsettled",
            duration("1ms", "365d", "never").alias("never", "0"), "30s",
            "How long a file may keep changing before it is sent as a single pass reads it, each block as it was at some time during "
                    + "that pass. Its exact state follows when it stops changing. With `never`, it is sent only then. See "
                    + "docs/unsettled-files.md.");
    public static final Property<RemovalLimit> SOURCE_GUARD = of("bactrian.source.NAME.guard", guard(), "50%,100",
            "How much a comparison may remove on a target without confirmation. If it would remove more than this share of the target's "
                    + "entries, and more entries than this, removals that nobody was seen making wait for `bactrian allow-removals`. See "
                    + "docs/guard.md.");
    public static final Property<Optional<Path>> SOURCE_STATE = of("bactrian.source.NAME.state", optional(directory()), "",
            "Where the source keeps its records of its targets. If empty, in the directory NAME of bactrian.state.");
    public static final Property<Optional<Path>> SOURCE_TOKEN_FILE = of("bactrian.source.NAME.token-file", optional(file()), "",
            "File with the token for the targets. Only its owner may have access to it. If empty, that of bactrian.access.token-file.");

    public static final Property<Path> TARGET_DIRECTORY = of("bactrian.target.NAME.directory", directory(), "",
            "The directory that receives. It is created if it does not exist. Bactrian must be the only writer there.");
    public static final Property<Boolean> TARGET_KEEP_SETUID = of("bactrian.target.NAME.keep-setuid", flag(), "false",
            "Whether setuid and setgid bits are kept.");
    public static final Property<Boolean> TARGET_LINKS = of("bactrian.target.NAME.links", flag(), "true",
            "Whether symbolic links are created. Otherwise they are skipped, and existing ones are left alone.");
    public static final Property<Fsync> TARGET_FSYNC = of("bactrian.target.NAME.fsync", oneOf(Fsync.class), "batch",
            "What is synced to the disk. With `none`, nothing is; after a power cut the next comparison finds what is missing. With "
                    + "`batch`, everything that a batch did, before it is acknowledged. With `file`, also the content of each file "
                    + "before it gets its name, so that a power cut never leaves part of a file under its name.");
    public static final Property<Integer> TARGET_MAX_PATH = of("bactrian.target.NAME.max-path",
            number(255, TreePath.MAX_PATH, "bytes"), "4096",
            "The longest path that is accepted. A longer one is refused; the other changes of its batch are made.");
    public static final Property<Long> TARGET_MAX_FILE = of("bactrian.target.NAME.max-file", size("1MiB"), "16TiB",
            "The largest file that is accepted, if it is too large for a batch.");
    public static final Property<Long> TARGET_MAX_STAGING = of("bactrian.target.NAME.max-staging", size("1MiB"), "16TiB",
            "The maximum size of all unfinished uploads together.");
    public static final Property<Integer> TARGET_MAX_UPLOADS = of("bactrian.target.NAME.max-uploads",
            number(1, 1_000_000, "uploads"), "10000", "The maximum number of unfinished uploads.");
    public static final Property<RemovalLimit> TARGET_GUARD = of("bactrian.target.NAME.guard", guard(), "50%,100",
            "How much senders may remove within ten minutes without confirmation, if they have not seen somebody remove it. See "
                    + "docs/guard.md.");
    public static final Property<Duration> TARGET_TRASH = of("bactrian.target.NAME.trash", duration("1s", "3650d", "0 for none"), "0",
            "How long removed and replaced files are kept in .bactrian/trash, such as 7d.");
    public static final Property<Duration> TARGET_CHECK = of("bactrian.target.NAME.check", duration("1s", "365d", "0 for never"), "1h",
            "The longest time between two checks for what other programs removed, added or changed in the directory, so that it is "
                    + "repaired. They compare stats only, and are made more often, up to every 10 s, where they take less than a "
                    + "hundredth of a core. See docs/rescan.md.");
    public static final Property<Duration> TARGET_SCRUB = of("bactrian.target.NAME.scrub", duration("1s", "365d", "0 for never"), "0",
            "How often all content is read again, such as 7d, so that damage and changes by other programs are found and repaired.");

    public static final Property<String> HTTP_HOST = of("bactrian.http.host", host(), "127.0.0.1",
            "The address on which targets listen. 0.0.0.0 is every network of this machine. An address that other machines reach "
                    + "requires TLS and tokens.");
    public static final Property<Integer> HTTP_PORT = of("bactrian.http.port", number(0, 65535, "port"), "8480",
            "The port on which targets listen. On the command line, 0 is any free port.");
    public static final Property<Integer> HTTP_MAX_BODY = of("bactrian.http.max-body", number(1 << 16, 1 << 30, "bytes"), "16777216",
            "The largest request body that a target accepts. A plain number, because Camel reads it too.");
    public static final Property<Integer> HTTP_MAX_BODIES = of("bactrian.http.max-bodies", size("64KiB", "2047MiB"), "256MiB",
            "The maximum size of all request bodies in a target's memory together.");
    public static final Property<Integer> HTTP_MAX_ENTRIES = of("bactrian.http.max-entries", number(1, 1_000_000, "changes"), "100000",
            "The largest batch that a target accepts.");
    public static final Property<Integer> HTTP_MAX_DIRECTORIES = of("bactrian.http.max-directories",
            number(200, 100_000, "directories"), "1000", "The maximum number of directories in one request for the tree.");
    public static final Property<Integer> HTTP_MAX_CONNECTIONS = of("bactrian.http.max-connections",
            number(1, 100_000, "connections"), "1000",
            "The limit of connections to a target. Beyond it, the one that has been idle longest is closed. A tenth at the management "
                    + "port.");
    public static final Property<Integer> HTTP_MAX_PER_ADDRESS = of("bactrian.http.max-per-address",
            number(1, 100_000, "connections"), "500", "The limit of connections from one address. A tenth at the management port.");
    public static final Property<Duration> HTTP_HEAD_TIME = of("bactrian.http.head-time", duration("1ms", "10m"), "15s",
            "How long a new connection may take to send the head of its first request.");
    public static final Property<Duration> HTTP_BODY_TIME = of("bactrian.http.body-time", duration("1ms", "1h"), "2m",
            "How long the body of a request may take. A source gives up after a minute.");
    public static final Property<Duration> HTTP_IDLE = of("bactrian.http.idle", duration("1ms", "1h"), "1m",
            "How long a connection stays open without a request, or while nobody reads the answer.");
    public static final Property<Integer> HTTP_THREADS = of("bactrian.http.threads", number(1, 1024, "requests"), "16",
            "How many requests a target works on at the same time. At least one more than twice the number of processors.");
    public static final Property<Boolean> HTTP_TLS = of("bactrian.http.tls", flag(), "false",
            "Whether targets use TLS, with the certificate that camel.ssl.enabled=true, camel.ssl.key-store and "
                    + "camel.ssl.keystore-password name. A source uses TLS if the URL begins with https, and trusts "
                    + "camel.ssl.trust-store. See docs/security.md.");
    public static final Property<Boolean> HTTP_CLIENT_CERTIFICATES = of("bactrian.http.client-certificates", flag(), "false",
            "Whether callers must present a certificate that camel.ssl.trust-store accepts.");
    public static final Property<Boolean> HTTP_INSECURE = of("bactrian.http.insecure", flag(), "false",
            "Whether other machines may reach targets without TLS or authentication, and tokens be sent to them without TLS.");

    public static final Property<Optional<Path>> ACCESS_TOKENS = of("bactrian.access.tokens", optional(file()), "",
            "A target's file of tokens and their rights, which `bactrian token` creates. Only its owner may have access to it.");
    public static final Property<Optional<String>> ACCESS_JWT_KEYS = of("bactrian.access.jwt.keys",
            optional(text("a file (PEM, JWK or JWK set), or the https URL of a JWK set")), "",
            "The keys that sign JSON Web Tokens. If empty, none are accepted.");
    public static final Property<Optional<String>> ACCESS_JWT_ISSUER = of("bactrian.access.jwt.issuer",
            optional(text("the claim iss of the tokens")), "", "The issuer that JSON Web Tokens must have.");
    public static final Property<Optional<String>> ACCESS_JWT_AUDIENCE = of("bactrian.access.jwt.audience",
            optional(text("the claim aud of the tokens")), "", "The audience that JSON Web Tokens must have.");
    public static final Property<String> ACCESS_JWT_CLAIM = of("bactrian.access.jwt.claim", text("the name of a claim"), "bactrian",
            "The claim with the bearer's rights, such as [\"photos:write\", \"docs:read\"].");
    public static final Property<Optional<Path>> ACCESS_TOKEN_FILE = of("bactrian.access.token-file", optional(file()), "",
            "File with the token of `bactrian verify`, and of sources that have none of their own.");

    public static final Property<String> MANAGEMENT_HOST = of("bactrian.management.host", host(), "127.0.0.1",
            "The address of status, health, metrics and commands. There is no password.");
    public static final Property<Integer> MANAGEMENT_PORT = of("bactrian.management.port", number(0, 65535, "port"), "8481",
            "The port of status, health, metrics and commands. 0 is none.");
    public static final Property<Boolean> MANAGEMENT_INSECURE = of("bactrian.management.insecure", flag(), "false",
            "Whether other machines may reach the management server, which takes commands.");

    public static final Property<List<String>> NAMES = of("bactrian.names", list(hostName()), "",
            "Names under which this machine may be called where no token is required. Its addresses and localhost always may.");
    public static final Property<Optional<Path>> STATE = of("bactrian.state", optional(directory()), "",
            "Where sources keep their records. If empty, in $XDG_STATE_HOME/bactrian, or ~/.local/state/bactrian.");
    public static final Property<Integer> BATCH_ENTRIES = of("bactrian.batch.entries", number(1, 100_000, "changes"), "1000",
            "The maximum number of changes in a batch.");
    public static final Property<Integer> BATCH_BYTES = of("bactrian.batch.bytes", size("1KiB", "256MiB"), "4MiB",
            "The maximum size of the contents in a batch.");
    public static final Property<Integer> BATCH_PARALLEL = of("bactrian.batch.parallel", number(1, 64, "requests"), "4",
            "How many batches are sent to one target at the same time. It applies them in order.");
    public static final Property<Integer> MEMORY = of("bactrian.memory", size("64KiB", "2047MiB"), "64MiB",
            "The maximum size of contents in a source's memory for one target: half for batches, half for parts of large files.");
    public static final Property<Integer> CONTENT_INLINE = of("bactrian.content.inline", size("0", "256MiB"), "128KiB",
            "Files up to this size are sent inside their batch.");
    public static final Property<Integer> CONTENT_PART = of("bactrian.content.part", size("1KiB", "256MiB"), "4MiB",
            "The maximum size of the part of a large file in one request.");
    public static final Property<Integer> CONTENT_PARALLEL = of("bactrian.content.parallel", number(1, 64, "requests"), "4",
            "How many parts are sent to one target at the same time.");
    public static final Property<Integer> BANDWIDTH = of("bactrian.bandwidth", size("16KiB", "1GiB", "0 for no limit"), "0",
            "How much this process sends per second at most, such as 10MiB.");
    public static final Property<Duration> STAGING_KEEP = of("bactrian.staging.keep", duration("1s", "365d"), "1d",
            "How long a target keeps an upload that receives nothing, so that its sender can continue it.");
    public static final Property<Integer> DELTA_FROM = of("bactrian.delta.from", size("1", "1GiB", "0 for never"), "256KiB",
            "Files of at least this size that are too large for a batch are sent as deltas: only what changed.");
    public static final Property<Integer> SCRUB_RATE = of("bactrian.scrub.rate", size("1", "1GiB", "0 for no limit"), "0",
            "How much a scrub reads per second at most, such as 20MiB.");
    public static final Property<Duration> LEASE = of("bactrian.lease", duration("1s", "1h"), "15s",
            "How long a target keeps the lease of a sender that it does not hear from.");
    public static final Property<Duration> STOP_WITHIN = of("bactrian.stop.within", duration("0", "1h"), "8s",
            "How long requests in flight may take to finish when the process stops. Others are aborted, and the next run repeats them.");
    public static final Property<Duration> RETRY_FIRST = of("bactrian.retry.first", duration("1ms", "1h"), "100ms",
            "How long to wait before a failed request is first repeated. The wait doubles each time.");
    public static final Property<Duration> RETRY_LONGEST = of("bactrian.retry.longest", duration("1ms", "1d"), "1s",
            "The longest wait before a failed request is repeated. A path that cannot be replicated is tried again after five times as "
                    + "long, within 1 to 5 s.");
    public static final Property<Boolean> ONCE = of("bactrian.once", flag(), "false",
            "Whether the process ends when source and target are in step.");
    public static final Property<Duration> WAIT = of("bactrian.wait", duration("1ms", "365d", "0 for never"), "30s",
            "With bactrian.once: after how long without contact to a target the process fails.");

    public static final Property<Boolean> ROLE_SOURCE = of("bactrian.role.source", flag(), "false",
            "Whether the routes of a source run. Bactrian's jar sets this itself; an application that embeds the routes must.");
    public static final Property<Boolean> ROLE_TARGET = of("bactrian.role.target", flag(), "false",
            "Whether the routes of a target run. As bactrian.role.source.");
    public static final Property<Boolean> ROLE_VERIFY = of("bactrian.role.verify", flag(), "false",
            "Whether the route of `bactrian verify` runs. As bactrian.role.source.");
    public static final Property<Boolean> ROLE_INCOMPLETE = of("bactrian.role.incomplete", flag(), "false",
            "Whether routes of a role may be missing because others do their work. Otherwise the start fails.");

    public static final Property<Optional<Path>> VERIFY_DIRECTORY = of("bactrian.verify.directory", optional(directory()), "",
            "The directory that `bactrian verify` compares. The command sets these properties itself.");
    public static final Property<Optional<URI>> VERIFY_TARGET = of("bactrian.verify.target", optional(url()), "",
            "The target with which `bactrian verify` compares it.");
    public static final Property<Boolean> VERIFY_CONTENT = of("bactrian.verify.content", flag(), "true",
            "Whether the target reads all of its content for it. Otherwise it trusts files whose size and times are as written.");

    /** To what a property belongs. */
    enum Scope {
        SOURCE("bactrian.source.NAME."), TARGET("bactrian.target.NAME."), PROCESS(PREFIX);

        private final String prefix;

        Scope(String prefix) {
            this.prefix = prefix;
        }
    }

    private final String key;
    private final ValueType<T> type;
    private final String defaultValue;
    private final String description;
    private final Scope scope;
    private final Pattern pattern;

    private Property(String key, ValueType<T> type, String defaultValue, String description) {
        this.key = key;
        this.type = type;
        this.defaultValue = defaultValue;
        this.description = description;
        this.scope = Stream.of(Scope.values()).filter(scope -> key.startsWith(scope.prefix)).findFirst().orElseThrow();
        this.pattern = Pattern.compile(Pattern.quote(key).replace("NAME", "\\E(" + NAME + ")\\Q"));
        ALL.add(this);
    }

    private static <T> Property<T> of(String key, ValueType<T> type, String defaultValue, String description) {
        return new Property<>(key, type, defaultValue, description);
    }

    /** All properties, in the order of their declaration. */
    public static List<Property<?>> all() {
        return Collections.unmodifiableList(ALL);
    }

    /** Whether this is the key of a property, with any mirror's name. */
    public static boolean knows(String key) {
        return ALL.stream().anyMatch(property -> property.nameIn(key).isPresent());
    }

    /** The key; contains {@code NAME} if the property belongs to one source or target. */
    public String key() {
        return key;
    }

    /** The key for the mirror with this name. */
    public String key(String name) {
        return key.replace("NAME", name);
    }

    /** The default as a user would write it; empty if there is none. */
    public String defaultValue() {
        return defaultValue;
    }

    /** Sentences that explain the property to a user. */
    String description() {
        return description;
    }

    /** The values that a user may give. */
    String allowed() {
        return type.allowed();
    }

    Scope scope() {
        return scope;
    }

    /** The mirror's name in a key of this property; empty if the key belongs to another property. */
    Optional<String> nameIn(String candidate) {
        Matcher matcher = pattern.matcher(candidate);
        return matcher.matches() ? Optional.of(scope == Scope.PROCESS ? "" : matcher.group(1)) : Optional.empty();
    }

    /**
     * The value for the mirror with this name, or the default.
     *
     * @param given texts by key
     * @throws InvalidSettingException if the value is not allowed
     */
    T parse(String name, Map<String, String> given) {
        return type.parse(key(name), given.getOrDefault(key(name), defaultValue));
    }
}
