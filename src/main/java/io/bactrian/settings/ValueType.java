package io.bactrian.settings;

import static io.bactrian.settings.InvalidSettingException.notSet;
import static io.bactrian.settings.InvalidSettingException.of;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.bactrian.change.RemovalLimit;

/**
 * The values that a property may have, and how users write them. Immutable.
 *
 * @param allowed the values, for users: with their range and unit
 * @param parser  from key and text to the value; throws {@link InvalidSettingException} for other texts
 */
record ValueType<T>(String allowed, BiFunction<String, String, T> parser) {
    private static final Pattern GUARD = Pattern.compile("(\\d{1,3})%\\s*,\\s*(\\d{1,12})");

    T parse(String key, String text) {
        return parser.apply(key, text);
    }

    /** @param parse from trimmed text to the value; empty for a text that is not allowed */
    private static <T> ValueType<T> type(String allowed, String example, Function<String, Optional<T>> parse) {
        return new ValueType<>(allowed, (key, text) -> {
            if (text.isBlank()) {
                throw notSet(key, allowed + example);
            }
            return parse.apply(text.trim()).orElseThrow(() -> of(key, text.trim(), allowed + example));
        });
    }

    // --- Numbers

    /** @param besides what zero means, such as "0 for never"; zero is not allowed if it is empty and out of the range */
    private static <T extends Comparable<T>> ValueType<T> range(String kind, Function<String, Optional<T>> parse,
            String least, String most, String besides, String example) {
        T from = parse.apply(least).orElseThrow();
        T to = parse.apply(most).orElseThrow();
        T zero = parse.apply("0").orElseThrow();
        return type(kind + " from " + least + " to " + most + (besides.isEmpty() ? "" : ", or " + besides), example,
                text -> parse.apply(text).filter(value -> value.compareTo(from) >= 0 && value.compareTo(to) <= 0
                        || value.equals(zero) && !besides.isEmpty()));
    }

    static ValueType<Integer> number(int least, int most, String unit) {
        return type("a whole number from " + least + " to " + most + " (" + unit + ")", "",
                text -> Units.number(text).filter(number -> number >= least && number <= most));
    }

    static ValueType<Integer> size(String least, String most) {
        return size(least, most, "");
    }

    /** @param zero what zero means, such as "0 for never" */
    static ValueType<Integer> size(String least, String most, String zero) {
        return range("a size", text -> Units.size(text).filter(size -> size <= Integer.MAX_VALUE).map(Long::intValue),
                least, most, zero, ", such as 4MiB");
    }

    static ValueType<Long> size(String least) {
        long from = Units.size(least).orElseThrow();
        return type("a size of at least " + least, ", such as 16TiB", text -> Units.size(text).filter(size -> size >= from));
    }

    static ValueType<Duration> duration(String least, String most) {
        return duration(least, most, "");
    }

    /** @param zero what zero means, such as "0 for never" */
    static ValueType<Duration> duration(String least, String most, String zero) {
        return range("a duration", Units::duration, least, most, zero, ", such as 15s");
    }

    // --- Words

    static ValueType<Boolean> flag() {
        return type("true or false", ", in lower case",
                text -> Optional.of(text).filter(List.of("true", "false")::contains).map(Boolean::valueOf));
    }

    /** An enum constant, written in lower case. */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
        return type("one of " + Arrays.stream(type.getEnumConstants()).map(ValueType::word).collect(Collectors.joining(", ")), "",
                text -> Arrays.stream(type.getEnumConstants()).filter(constant -> word(constant).equals(text)).findFirst());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Any text but an empty one. */
    static ValueType<String> text(String allowed) {
        return type(allowed, "", Optional::of);
    }

    /** A share and a number of entries, or {@code off}. */
    static ValueType<RemovalLimit> guard() {
        return type("a share and a number of entries, such as 50%,100, or off", "", text -> {
            Matcher matcher = GUARD.matcher(text);
            return text.equals("off") ? Optional.of(RemovalLimit.OFF) : Optional.of(matcher)
                    .filter(found -> found.matches() && Integer.parseInt(found.group(1)) <= 100)
                    .map(found -> new RemovalLimit(Integer.parseInt(found.group(1)), Long.parseLong(found.group(2)), false));
        });
    }

    // --- Places

    static ValueType<Path> directory() {
        return path("a directory");
    }

    static ValueType<Path> file() {
        return path("a file");
    }

    /** The path exactly as given, because a name may begin or end with a space. */
    private static ValueType<Path> path(String allowed) {
        return new ValueType<>(allowed, (key, text) -> {
            if (text.isBlank()) {
                throw notSet(key, allowed);
            }
            try {
                return Path.of(text).toAbsolutePath().normalize();
            } catch (InvalidPathException e) {
                throw of(key, text, "a path that this system can hold");
            }
        });
    }

    static ValueType<String> hostName() {
        return type("a host name without a port, such as nas.example.org", "",
                text -> Optional.of(text).filter(name -> name.matches("[A-Za-z0-9._-]+")));
    }

    /** A host name or an IP address; the value of an IPv6 address has brackets, as in URLs. */
    static ValueType<String> host() {
        return withoutScope(type("a host name, or an address of IPv4 or IPv6, such as 127.0.0.1 or ::1", "", text -> {
            String bare = text.replaceFirst("^\\[(.*)]$", "$1");
            return !text.contains(":") && !text.contains("[") ? Optional.of(text)
                    : Optional.of('[' + bare + ']').filter(address -> isAddress(bare));
        }));
    }

    private static boolean isAddress(String text) {
        try {
            // text with a colon is never looked up in DNS
            return text.contains(":") && !text.contains("[") && InetAddress.getByName(text).getAddress().length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Refuses IPv6 addresses with a scope, which are valid on this machine only and not allowed in a URL's host. */
    private static <T> ValueType<T> withoutScope(ValueType<T> type) {
        return new ValueType<>(type.allowed, (key, text) -> {
            if (text.matches("(https?://\\[)?[^/\\]]*%.*")) {
                throw of(key, text, "an address without a scope: those that begin with fe80 and need one (%eth0) are not allowed, "
                        + "all others of the same machine are");
            }
            return type.parse(key, text);
        });
    }

    /** {@code http://host:port}, with the path {@code /v1/NAME} if the text names a mirror, and without a path otherwise. */
    static ValueType<URI> url() {
        return withoutScope(type("http://HOST:PORT or http://HOST:PORT/NAME, NAME being the mirror there", "",
                text -> uri(text).filter(ValueType::isTarget).map(uri -> URI.create(uri.getScheme().toLowerCase(Locale.ROOT)
                        + "://" + uri.getRawAuthority() + path(uri).replaceFirst("^(v1/)?(?=.)", "/v1/")))));
    }

    private static Optional<URI> uri(String text) {
        try {
            return Optional.of(URI.create(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isTarget(URI uri) {
        return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                && uri.getHost() != null && uri.getPort() != 0 && uri.getPort() <= 65535
                && uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null
                && path(uri).matches("|(v1/)?" + Property.NAME);
    }

    private static String path(URI uri) {
        return uri.getRawPath().replaceAll("^/+|/+$", "");
    }

    // --- Variants

    /** This type, with a word for one of its values. */
    ValueType<T> alias(String word, String value) {
        return new ValueType<>(allowed, (key, text) -> parse(key, text.trim().equals(word) ? value : text));
    }

    /** The value may be left empty. */
    static <T> ValueType<Optional<T>> optional(ValueType<T> type) {
        return new ValueType<>(type.allowed, (key, text) -> text.isBlank() ? Optional.empty() : Optional.of(type.parse(key, text)));
    }

    /** Any number of values, separated by commas. */
    static <T> ValueType<List<T>> list(ValueType<T> each) {
        return new ValueType<>(each.allowed + ", or several separated by commas", (key, text) -> Arrays.stream(text.split(","))
                .filter(part -> !part.isBlank()).map(part -> each.parse(key, part.trim())).toList());
    }

    /** As {@link #list}, but not empty. */
    static <T> ValueType<List<T>> oneOrMore(ValueType<T> each) {
        ValueType<List<T>> list = list(each);
        return new ValueType<>(list.allowed, (key, text) -> {
            List<T> values = list.parse(key, text);
            if (values.isEmpty()) {
                throw notSet(key, list.allowed);
            }
            return values;
        });
    }
}
