package io.bactrian.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Access control as configured. Immutable.
 *
 * @param tls                whether targets use TLS
 * @param clientCertificates whether callers must present a certificate that the trust store accepts
 * @param insecure           whether targets may be reachable by other machines, and tokens be sent to them, without TLS
 *                           or authentication
 * @param managementInsecure whether the management port may be reachable by other machines
 * @param names              host names of this machine besides its addresses and localhost
 * @param tokens             file with the accepted tokens
 * @param jwt                requirements for JSON Web Tokens
 */
public record AccessSettings(boolean tls, boolean clientCertificates, boolean insecure, boolean managementInsecure,
        List<String> names, Optional<Path> tokens, Optional<Jwt> jwt) {

    public AccessSettings {
        names = List.copyOf(names);
    }

    /** Whether callers must authenticate. */
    public boolean authenticates() {
        return tokens.isPresent() || jwt.isPresent() || tls && clientCertificates;
    }

    /**
     * Requirements for JSON Web Tokens.
     *
     * @param keys  a file (PEM, JWK or JWK set), or the https URL of a JWK set
     * @param claim name of the claim with the bearer's rights
     */
    public record Jwt(String keys, String issuer, String audience, String claim) {
    }
}
