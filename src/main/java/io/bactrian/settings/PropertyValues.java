package io.bactrian.settings;

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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.bactrian.change.Guard;

/**
 * Typed access to property values, with range checks. The mirror's name is empty for properties without one. An empty
 * value counts as not set. Immutable.
 */
final class PropertyValues {
    private static final Pattern GUARD = Pattern.compile("(\\d{1,3})%\\s*,\\s*(\\d{1,12})");

    private final Map<String, String> properties;

    PropertyValues(Map<String, String> properties) {
        this.properties = Map.copyOf(properties);
    }

    /** The mirror names for which one of these properties is set. */
    Set<String> names(Property... any) {
        Set<String> names = new TreeSet<>();
        for (Property property : any) {
            properties.keySet().forEach(key -> property.nameIn(key).ifPresent(names::add));
        }
        return names;
    }

    Optional<String> given(Property property, String name) {
        return Optional.of(properties.getOrDefault(property.key(name), property.fallback()).trim())
                .filter(text -> !text.isEmpty());
    }

    String text(Property property, String name, String allowed) {
        return given(property, name).orElseThrow(() -> new InvalidSettingException(
                property.key(name) + " is not set: give " + allowed));
    }

    List<String> list(Property property, String name) {
        return given(property, name).stream().flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::trim).filter(part -> !part.isEmpty()).toList();
    }

    /** The path exactly as given, because a name may begin or end with a space. */
    Path path(Property property, String name) {
        text(property, name, "a directory");
        String text = properties.getOrDefault(property.key(name), property.fallback());
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw of(property.key(name), text, "a path that this system can hold");
        }
    }

    /** A host name or an IP address; an IPv6 address gets brackets, as in URLs. */
    String host(Property property) {
        String allowed = "a host name, or an address of IPv4 or IPv6, such as 127.0.0.1 or ::1";
        String text = text(property, "", allowed);
        mustBeGlobal(property.key(), text, text);
        if (!text.contains(":") && !text.contains("[")) {
            return text;
        }
        String bare = text.replaceFirst("^\\[(.*)]$", "$1");
        if (!isAddress(bare)) {
            throw of(property.key(), text, allowed);
        }
        return '[' + bare + ']';
    }

    private static boolean isAddress(String text) {
        try {
            // text with a colon is never looked up in DNS
            return text.contains(":") && !text.contains("[") && InetAddress.getByName(text).getAddress().length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Refuses an IPv6 address with a zone, which is valid on this machine only and not allowed in a URL's host. */
    private static void mustBeGlobal(String key, String text, String host) {
        if (host.contains("%")) {
            throw of(key, text, "an address without a scope: those that begin with fe80 and need one (%eth0) are not taken, "
                    + "but every other of the same machine is");
        }
    }

    boolean flag(Property property, String name) {
        String text = text(property, name, "true or false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw of(property.key(name), text, "true or false");
        };
    }

    /** An enum constant, written in lower case. */
    <E extends Enum<E>> E one(Property property, String name, Class<E> type) {
        String allowed = Arrays.stream(type.getEnumConstants()).map(is -> is.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        String text = text(property, name, allowed);
        return Arrays.stream(type.getEnumConstants()).filter(is -> is.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst().orElseThrow(() -> of(property.key(name), text, "one of " + allowed));
    }

    int number(Property property, int least, int most) {
        return number(property, "", least, most);
    }

    int number(Property property, String name, int least, int most) {
        String allowed = "a whole number from " + least + " to " + most;
        String text = text(property, name, allowed);
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported like a number out of range
        }
        throw of(property.key(name), text, allowed);
    }

    int size(Property property, int least, int most) {
        return (int) size(property, "", least, most);
    }

    long size(Property property, String name, long least, long most) {
        String allowed = "a size from " + Units.write(least) + " to " + Units.write(most) + ", such as "
                + property.fallback();
        String text = text(property, name, allowed);
        return Units.size(text).filter(size -> size >= least && size <= most)
                .orElseThrow(() -> of(property.key(name), text, allowed));
    }

    Duration duration(Property property, String name, Duration least, Duration most, String besides) {
        String allowed = "a duration from " + Units.write(least) + " to " + Units.write(most) + ", such as "
                + (property.fallback().equals("0") ? "7d" : property.fallback()) + besides;
        String text = text(property, name, allowed);
        return Units.duration(text)
                .filter(value -> value.isZero() && !besides.isEmpty()
                        || value.compareTo(least) >= 0 && value.compareTo(most) <= 0)
                .orElseThrow(() -> of(property.key(name), text, allowed));
    }

    /** A share and a number of entries, or {@code off}. */
    Guard guard(Property property, String name) {
        String allowed = "a share and a number of entries, such as 50%,100, or off";
        String text = text(property, name, allowed);
        if (text.equals("off")) {
            return Guard.OFF;
        }
        Matcher matcher = GUARD.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > 100) {
            throw of(property.key(name), text, allowed);
        }
        return new Guard(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)), false);
    }

    /** {@code http://host:port}, optionally with one name as its path; returns the base URI of the mirror's calls. */
    static URI target(String key, String text, String mirror) {
        String allowed = "http://HOST:PORT or http://HOST:PORT/NAME, NAME being the mirror there";
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw of(key, text, allowed);
        }
        mustBeGlobal(key, text, uri.getHost() == null ? "" : uri.getHost());
        boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("^/+|/+$", "");
        if (!web || uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65535
                || uri.getRawQuery() != null || uri.getRawFragment() != null || uri.getRawUserInfo() != null
                || !path.isEmpty() && !path.matches("(v1/)?" + Property.NAME)) {
            throw of(key, text, allowed);
        }
        String there = path.isEmpty() ? mirror : path.substring(path.lastIndexOf('/') + 1);
        return URI.create(uri.getScheme().toLowerCase(Locale.ROOT) + "://" + uri.getRawAuthority()
                + "/v1/" + there);
    }
}
