package io.bactrian.settings;

/**
 * Requirements for JSON Web Tokens. Immutable.
 *
 * @param keys  a file (PEM, JWK or JWK set), or the https URL of a JWK set
 * @param claim name of the claim with the bearer's rights
 */
public record JwtSettings(String keys, String issuer, String audience, String claim) {
}
