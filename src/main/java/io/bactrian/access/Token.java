package io.bactrian.access;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** Creates, reads and recognizes bearer tokens. Stateless. */
public final class Token {
    private static final int BYTES = 32;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]{16,8000}=*");

    private Token() {
    }

    /** A new token of 256 random bits. */
    public static String random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return "bactrian_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A file whose content is one token. */
    public static AccessFile<String> in(Path file) {
        return new AccessFile<>(file, true, text -> {
            String token = text.strip();
            if (!isValid(token)) {
                throw new IOException("it must contain one token of at least 16 letters and digits, and nothing else");
            }
            return token;
        });
    }

    /** Whether the text has the syntax of a bearer token (RFC 6750, 2.1). */
    static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }
}
