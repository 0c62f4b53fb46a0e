package io.bactrian.access;

import io.bactrian.access.AccessRefusedException.Kind;
import io.bactrian.settings.InvalidSettingException;
import io.bactrian.settings.JwtSettings;
import io.bactrian.settings.Property;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Authenticates a caller by its token and checks its rights. Everybody is admitted if no tokens are configured.
 * Thread-safe.
 */
public final class AccessControl {
    private static final String SCHEME = "bearer ";
    private static final String LATER = "Tokens cannot be verified at the moment: ";

    private final Optional<AccessFile<TokenList>> tokens;
    private final Optional<Jwt> jwt;

    /**
     * @param file     with the accepted tokens
     * @param required of JSON Web Tokens
     * @throws InvalidSettingException if the configured token file or keys cannot be used
     */
    public AccessControl(Optional<Path> file, Optional<JwtSettings> required) {
        tokens = file.map(path -> new AccessFile<>(path, true, TokenList::parse));
        jwt = required.map(Jwt::new);
        if (tokens.isPresent()) {
            try {
                tokens.get().get();
            } catch (IOException e) {
                throw new InvalidSettingException(Property.ACCESS_TOKENS.key() + ": " + e.getMessage());
            }
        }
    }

    /** Whether everybody is admitted without a token. */
    public boolean isOpen() {
        return tokens.isEmpty() && jwt.isEmpty();
    }

    /**
     * Authenticates a caller and checks that it may make the call.
     *
     * @param authorization the values of the request's {@code Authorization} header
     * @param call          the requested operation; empty if the request names none
     * @throws AccessRefusedException if the caller is not admitted
     */
    public Caller admit(List<String> authorization, Optional<Call> call) {
        if (isOpen()) {
            return Caller.ANYBODY;
        }
        Caller caller = identify(token(authorization));
        if (call.isPresent() && !caller.may(call.get().mirror(), call.get().writes())) {
            throw new AccessRefusedException(Kind.NO_RIGHT, "The token of " + caller.name() + " does not grant "
                    + (call.get().writes() ? "write" : "read") + " access to this mirror.");
        }
        return caller;
    }

    private static String token(List<String> authorization) {
        if (authorization.isEmpty()) {
            throw new AccessRefusedException(Kind.NO_TOKEN, "Send a token in the header \"Authorization: Bearer TOKEN\". "
                    + "A source reads it from the file that " + Property.ACCESS_TOKEN_FILE.key() + " or token-file of that source names.");
        }
        String value = authorization.get(0);
        if (authorization.size() > 1 || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || !Token.isValid(value.substring(SCHEME.length()).strip())) {
            throw new AccessRefusedException(Kind.BAD_TOKEN, "The header Authorization must be exactly one \"Bearer TOKEN\".");
        }
        return value.substring(SCHEME.length()).strip();
    }

    private Caller identify(String token) {
        if (jwt.isPresent() && Jwt.looksLikeOne(token)) {
            return jwt.get().verify(token);
        }
        try {
            Optional<Caller> known = tokens.isPresent() ? tokens.get().get().find(token) : Optional.empty();
            return known.orElseThrow(() -> new AccessRefusedException(Kind.BAD_TOKEN, "The token is not known to this target."));
        } catch (IOException e) {
            throw new AccessRefusedException(Kind.UNKNOWN, LATER + "see this target's log.");
        }
    }
}
