package io.bactrian.access;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A right of a caller, written {@code photos:write}, {@code docs:read} or {@code *:read}. The right to write includes
 * reading. Immutable.
 *
 * @param mirror the mirror's name, or {@code *} for all
 */
public record Right(String mirror, boolean write) {
    private static final Pattern FORM = Pattern.compile("(\\*|[a-z0-9][a-z0-9-]*):(read|write)");

    /** Parses a right; empty if the text is none. */
    public static Optional<Right> of(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches() ? Optional.of(new Right(matcher.group(1), matcher.group(2).equals("write")))
                : Optional.empty();
    }

    /** Whether this right suffices to write (or only read) the mirror. */
    boolean covers(String wanted, boolean toWrite) {
        return (write || !toWrite) && (mirror.equals("*") || mirror.equals(wanted));
    }

    @Override
    public String toString() {
        return mirror + (write ? ":write" : ":read");
    }
}
