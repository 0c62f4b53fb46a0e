package io.bactrian.access;

import io.bactrian.settings.ExposureCheck;
import io.bactrian.settings.InvalidSettingException;
import io.bactrian.settings.Property;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/** The public keys of a token issuer. Thread-safe. */
interface PublicKeys {
    /**
     * The key that verifies the signature.
     *
     * @throws UnresolvableKeyException if there is none; its cause is {@link NotNowException} if the keys are not
     *         available at the moment
     */
    Key find(JsonWebSignature signature) throws UnresolvableKeyException;

    /** The keys are not available at the moment. */
    final class NotNowException extends IOException {
        private static final long serialVersionUID = 1L;

        NotNowException(String message) {
            super(message);
        }
    }

    /**
     * @param where a path, or an https URL
     * @throws InvalidSettingException if no keys can be loaded from there
     */
    static PublicKeys of(String where) {
        if (!where.matches("(?i)https?://.*")) {
            return inFile(Path.of(where));
        }
        URI address = URI.create(where);
        if (address.getHost() == null || !ExposureCheck.isPrivate(address)) {
            throw new InvalidSettingException(Property.ACCESS_JWT_KEYS.key() + '=' + where
                    + " is not allowed: keys sent over plain http can be replaced in transit; use an https URL or a file");
        }
        return new RemoteKeys(address);
    }

    private static PublicKeys inFile(Path path) {
        AccessFile<List<JsonWebKey>> file = new AccessFile<>(path, false, PublicKeys::parse);
        try {
            file.get();
        } catch (IOException e) {
            throw new InvalidSettingException(Property.ACCESS_JWT_KEYS.key() + ": " + e.getMessage());
        }
        return signature -> {
            try {
                return select(file.get(), signature);
            } catch (IOException e) {
                throw new UnresolvableKeyException("no keys", new NotNowException(e.getMessage()));
            }
        };
    }

    /** The key that the signature names, or the only key of its type. */
    static Key select(List<JsonWebKey> keys, JsonWebSignature signature) throws UnresolvableKeyException {
        try {
            List<JsonWebKey> matching = keys.size() == 1 && keys.get(0).getKeyId() == null ? keys
                    : new VerificationJwkSelector().selectList(signature, keys);
            if (matching.size() == 1) {
                return matching.get(0).getKey();
            }
        } catch (JoseException e) {
            throw new UnresolvableKeyException("the header of the signature is invalid", e);
        }
        throw new UnresolvableKeyException("no key, or more than one, matches the signature");
    }

    /** Parses a JWK, a JWK set, or PEM with public keys or certificates. Other keys are skipped. */
    static List<JsonWebKey> parse(String text) throws IOException {
        List<JsonWebKey> keys = new ArrayList<>();
        try {
            if (text.stripLeading().startsWith("{")) {
                List<JsonWebKey> all = text.contains("\"keys\"") ? new JsonWebKeySet(text).getJsonWebKeys()
                        : List.of(JsonWebKey.Factory.newJwk(text));
                all.stream().filter(PublicJsonWebKey.class::isInstance).forEach(keys::add);
            } else {
                Matcher block = Pattern.compile("-----BEGIN (PUBLIC KEY|CERTIFICATE)-----(.*?)-----END", Pattern.DOTALL)
                        .matcher(text);
                while (block.find()) {
                    byte[] bytes = Base64.getMimeDecoder().decode(block.group(2));
                    keys.add(PublicJsonWebKey.Factory.newPublicJwk(block.group(1).equals("CERTIFICATE")
                            ? CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes))
                                    .getPublicKey() : publicKey(bytes)));
                }
            }
        } catch (JoseException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("it contains no readable RSA, EC or Ed25519 key", e);
        }
        if (keys.isEmpty()) {
            throw new IOException("it contains no public key in PEM or JWK format");
        }
        return keys;
    }

    private static PublicKey publicKey(byte[] bytes) throws GeneralSecurityException {
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(bytes));
            } catch (GeneralSecurityException e) {
                // not of this algorithm
            }
        }
        throw new GeneralSecurityException("unsupported key type");
    }
}
