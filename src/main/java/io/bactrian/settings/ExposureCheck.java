package io.bactrian.settings;

import static io.bactrian.settings.Property.*;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
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
        AccessSettings access = settings.access();
        if (access.clientCertificates() && !access.tls()) {
            throw InvalidSettingException.of(HTTP_CLIENT_CERTIFICATES.key(), "true", "it together with " + HTTP_TLS.key() + "=true");
        }
        if (!access.insecure() && isOpen(settings)) {
            throw new InvalidSettingException(HTTP_HOST.key() + '=' + written(settings.httpHost()) + " lets other machines in, which needs "
                    + missing(access) + "; see docs/security.md. Whoever reaches the port could "
                    + (access.authenticates() ? "listen to tokens and files" : "read and change the replica")
                    + ": if that is meant, set " + HTTP_INSECURE.key() + "=true");
        }
        if (settings.managementPort() != 0 && !access.managementInsecure()
                && !isLoopback(MANAGEMENT_HOST, settings.managementHost())) {
            throw new InvalidSettingException(MANAGEMENT_HOST.key() + '=' + written(settings.managementHost()) + " shows the status to other "
                    + "machines and takes their commands, with neither a password nor TLS: if that is meant, set "
                    + MANAGEMENT_INSECURE.key() + "=true");
        }
        settings.sources().forEach(source -> source.targets().forEach(
                target -> mustBePrivate(source.tokenFile(), target, access)));
        settings.verify().ifPresent(verify -> mustBePrivate(verify.tokenFile(), verify.target(), access));
    }

    /** Whether other machines can reach targets without TLS or without authentication. */
    public static boolean isOpen(Settings settings) {
        return settings.receives() && !(settings.access().tls() && settings.access().authenticates())
                && !isLoopback(HTTP_HOST, settings.httpHost());
    }

    private static String missing(AccessSettings access) {
        String tls = "TLS (" + HTTP_TLS.key() + "=true and camel.ssl.*)";
        String callers = "callers that prove who they are (" + ACCESS_TOKENS.key() + ", " + ACCESS_JWT_KEYS.key()
                + " or " + HTTP_CLIENT_CERTIFICATES.key() + ")";
        return access.tls() ? callers : access.authenticates() ? tls : tls + " and " + callers;
    }

    private static void mustBePrivate(Optional<Path> token, URI target, AccessSettings access) {
        if (token.isPresent() && !isPrivate(target) && !access.insecure()) {
            throw new InvalidSettingException("the token in " + token.get() + " would travel to " + target
                    + " where others can read it: give an https URL. If it is meant, set " + HTTP_INSECURE.key() + "=true");
        }
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

    /** The host as it is written outside of a URL. */
    private static String written(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Whether only this machine can connect to a server that listens on this host. */
    private static boolean isLoopback(Property property, String host) {
        try {
            return Stream.of(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            throw InvalidSettingException.of(property.key(), host, "an address of this machine; there is no such host");
        }
    }
}
