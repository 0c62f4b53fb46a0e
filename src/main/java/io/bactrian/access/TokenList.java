package io.bactrian.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The accepted tokens, parsed from a file. Each line has a name, {@code sha256:} with the token's hash in hexadecimal,
 * and one or more {@link Right}s, separated by blanks; {@code #} begins a comment. Immutable.
 */
public final class TokenList {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int PARTS = 3;

    private final List<Entry> entries;

    private TokenList(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    private record Entry(byte[] hash, Caller caller) {
    }

    /** @throws IOException if a line is malformed; the message gives its number but nothing of its content */
    public static TokenList parse(String text) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Set<String> hashes = new HashSet<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String entry = line.replaceAll("#.*", "").strip();
            if (!entry.isEmpty()) {
                entries.add(entry(entry.split("\\s+"), number, hashes));
            }
        }
        return new TokenList(entries);
    }

    private static Entry entry(String[] parts, int line, Set<String> hashes) throws IOException {
        if (parts.length < PARTS || !NAME.matcher(parts[0]).matches() || !HASH.matcher(parts[1]).matches()) {
            throw malformed(line, "expected NAME sha256:HASH MIRROR:read or MIRROR:write");
        }
        if (!hashes.add(parts[1])) {
            throw malformed(line, "an earlier line has the same hash");
        }
        Set<Right> rights = new HashSet<>();
        for (int i = 2; i < parts.length; i++) {
            rights.add(Right.of(parts[i]).orElseThrow(() -> malformed(line,
                    "a right is MIRROR:read or MIRROR:write, where * stands for every mirror")));
        }
        return new Entry(HexFormat.of().parseHex(parts[1].substring(parts[1].indexOf(':') + 1)),
                new Caller(parts[0], rights));
    }

    private static IOException malformed(int line, String why) {
        return new IOException("line " + line + " is invalid: " + why + "; `bactrian token` writes valid lines");
    }

    /** The owner of a token. The time taken does not depend on how much of a known token matches. */
    public Optional<Caller> find(String token) {
        byte[] hash = sha256(token);
        Optional<Caller> found = Optional.empty();
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.hash(), hash)) {
                found = Optional.of(entry.caller());
            }
        }
        return found;
    }

    /** A line of the file for a new token. */
    public static String line(String name, String token, Right right) {
        return name + " sha256:" + HexFormat.of().formatHex(sha256(token)) + ' ' + right;
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
