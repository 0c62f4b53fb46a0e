package io.bactrian.access;

import io.bactrian.access.AccessRefusedException.Kind;
import io.bactrian.fault.Faults;
import io.bactrian.settings.JwtSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies JSON Web Tokens (RFC 7519, with the advice of RFC 8725). A token must be signed by the issuer, name this
 * audience, and have an expiry in the future. Only signatures with a public key are accepted, whatever the token's
 * header says. Thread-safe.
 */
final class Jwt {
    private static final Logger LOG = LoggerFactory.getLogger(Jwt.class);

    /** Tolerated difference between the clocks of issuer and target. */
    private static final int SKEW_SECONDS = 30;

    private final JwtConsumer consumer;
    private final String claim;

    Jwt(JwtSettings settings) {
        claim = settings.claim();
        PublicKeys keys = PublicKeys.of(settings.keys());
        consumer = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.RSA_USING_SHA256,
                        AlgorithmIdentifiers.RSA_PSS_USING_SHA256, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
                        AlgorithmIdentifiers.EDDSA)
                .setJweAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT))
                .setVerificationKeyResolver((signature, nesting) -> keys.find(signature))
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(SKEW_SECONDS)
                .setExpectedIssuer(true, settings.issuer())
                .setExpectedAudience(true, settings.audience())
                .build();
    }

    /** Whether the token consists of three base64url parts. */
    static boolean looksLikeOne(String token) {
        return token.matches("[\\w-]+\\.[\\w-]+\\.[\\w-]*");
    }

    /** @throws AccessRefusedException if the token is not valid */
    Caller verify(String token) {
        try {
            JwtClaims claims = consumer.processToClaims(token);
            return new Caller(Optional.ofNullable(claims.getSubject()).orElse("bearer"), rights(claims));
        } catch (InvalidJwtException | MalformedClaimException e) {
            if (Faults.find(e, PublicKeys.NotNowException.class).isPresent()) {
                throw new AccessRefusedException(Kind.UNKNOWN, "Tokens cannot be verified at the moment: "
                        + "the issuer's keys have not been fetched yet.");
            }
            // The message is not logged because it contains the token.
            LOG.debug("a token was rejected: {}", e instanceof InvalidJwtException is ? is.getErrorDetails().stream()
                    .map(error -> String.valueOf(error.getErrorCode())).toList() : "a claim has the wrong type");
            throw new AccessRefusedException(Kind.BAD_TOKEN, e instanceof InvalidJwtException is ? why(is) : "A claim has the wrong type.");
        }
    }

    /** The reason for the caller. The signature was checked first, so only genuine tokens get a detailed answer. */
    private static String why(InvalidJwtException fault) {
        if (fault.hasErrorCode(ErrorCodes.EXPIRED)) {
            return "The token has expired.";
        }
        if (fault.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
            return "The token has no expiry time.";
        }
        if (fault.hasErrorCode(ErrorCodes.ISSUER_INVALID) || fault.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return "The token was issued by another issuer.";
        }
        if (fault.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || fault.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "The token is for another audience.";
        }
        return "The token is not valid.";
    }

    /** Reads the rights from a list or from a blank-separated string; entries that are no rights are ignored. */
    private List<Right> rights(JwtClaims claims) {
        Object value = claims.getClaimValue(claim);
        Collection<?> texts = value instanceof String text ? Arrays.asList(text.trim().split("\\s+"))
                : value instanceof Collection<?> list ? list : List.of();
        List<Right> rights = new ArrayList<>();
        for (Object text : texts) {
            Right.of(String.valueOf(text)).ifPresent(rights::add);
        }
        return rights;
    }
}
