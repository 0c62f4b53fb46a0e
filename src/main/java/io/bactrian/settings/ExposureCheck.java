package io.bactrian.settings;

import static io.bactrian.settings.Property.*;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.stream.Stream;

/**
 * Checks that whatever other machines can reach is protected, or explicitly declared insecure by a property. Stateless.
 */
public final class ExposureCheck {
    private ExposureCheck() {
    }

    /**
     * @throws InvalidSettingException if other machines could reach something unprotected, or read a token in transit
     */
    static void check(Settings settings) {
        boolean insecure = settings.value(HTTP_INSECURE);
        if (settings.value(HTTP_CLIENT_CERTIFICATES) && !settings.value(HTTP_TLS)) {
            throw InvalidSettingException.of(HTTP_CLIENT_CERTIFICATES.key(), "true", "it together with " + HTTP_TLS.key() + "=true");
        }
        // fails if the properties of JSON Web Tokens are incomplete
        settings.jwt();
        if (!insecure && isOpen(settings)) {
            throw new InvalidSettingException(written(HTTP_HOST, settings) + " lets other machines in, which needs " + missing(settings)
                    + "; see docs/security.md. Anybody who reaches the port could "
                    + (settings.authenticates() ? "listen to tokens and files" : "read and change the replica")
                    + ": if this is intended, set " + HTTP_INSECURE.key() + "=true");
        }
        if (settings.value(MANAGEMENT_PORT) != 0 && !settings.value(MANAGEMENT_INSECURE) && !isLoopback(MANAGEMENT_HOST, settings)) {
            throw new InvalidSettingException(written(MANAGEMENT_HOST, settings) + " shows the status to other machines and takes their "
                    + "commands, with neither a password nor TLS: if this is intended, set " + MANAGEMENT_INSECURE.key() + "=true");
        }
        if (!insecure) {
            Stream.concat(settings.sources().stream(), settings.verify().stream()).forEach(ExposureCheck::mustBePrivate);
        }
    }

    /** Whether other machines can reach targets without TLS or without authentication. */
    public static boolean isOpen(Settings settings) {
        return settings.receives() && !(settings.value(HTTP_TLS) && settings.authenticates()) && !isLoopback(HTTP_HOST, settings);
    }

    private static String missing(Settings settings) {
        String tls = "TLS (" + HTTP_TLS.key() + "=true and camel.ssl.*)";
        String callers = "callers that prove who they are (" + ACCESS_TOKENS.key() + ", " + ACCESS_JWT_KEYS.key()
                + " or " + HTTP_CLIENT_CERTIFICATES.key() + ")";
        return settings.value(HTTP_TLS) ? callers : settings.authenticates() ? tls : tls + " and " + callers;
    }

    private static void mustBePrivate(SourceSettings source) {
        source.targets().stream().filter(target -> source.tokenFile().isPresent() && !isPrivate(target)).forEach(target -> {
            throw new InvalidSettingException("the token in " + source.tokenFile().get() + " would be sent to " + target
                    + " where others can read it: give an https URL. If this is intended, set " + HTTP_INSECURE.key() + "=true");
        });
    }

    /**
     * Whether nobody can read what is sent to this URL. Names are not resolved, because the answer may differ when the
     * request is sent; the only local name is {@code localhost}.
     */
    public static boolean isPrivate(URI target) {
        String host = target.getHost();
        return "https".equals(target.getScheme()) || host.equalsIgnoreCase("localhost")
                || host.matches("127\\.\\d+\\.\\d+\\.\\d+") || host.startsWith("[") && isLoopback(host);
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The property with its host as it is written outside of a URL. */
    private static String written(Property<String> property, Settings settings) {
        return property.key() + '=' + settings.value(property).replaceAll("^\\[|]$", "");
    }

    /** Whether only this machine can connect to a server that listens on this host. */
    private static boolean isLoopback(Property<String> property, Settings settings) {
        String host = settings.value(property);
        try {
            return Stream.of(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            throw InvalidSettingException.of(property.key(), host, "an address of this machine; there is no such host");
        }
    }
}
