package io.bactrian.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who may talk, as configured. Immutable.
 *
 * @param tls                whether targets listen with TLS
 * @param clientCertificates whether a caller must show a certificate that the trust store vouches for
 * @param insecure           whether targets may be open, and tokens travel, to others without TLS or without proof
 * @param managementInsecure whether the status may be read by others
 * @param names              by which callers may call this machine, besides its addresses and localhost
 * @param tokens             the file with those who may call targets here
 * @param jwt                what makes a JSON Web Token good here
 */
public record AccessSettings(boolean tls, boolean clientCertificates, boolean insecure, boolean managementInsecure,
        List<String> names, Optional<Path> tokens, Optional<Jwt> jwt) {

    public AccessSettings {
        names = List.copyOf(names);
    }

    /** Whether a caller has to prove who it is. */
    public boolean authenticates() {
        return tokens.isPresent() || jwt.isPresent() || tls && clientCertificates;
    }

    /**
     * What a JSON Web Token must have.
     *
     * @param keys  a file (PEM, JWK or a set of them), or the https address of a set
     * @param claim the name of the claim that lists what its bearer may do
     */
    public record Jwt(String keys, String issuer, String audience, String claim) {
    }
}
