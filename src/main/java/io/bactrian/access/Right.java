package io.bactrian.access;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a caller may do, written {@code photos:write}, {@code docs:read} or {@code *:read}. Who may write may read.
 * Immutable.
 *
 * @param mirror the mirror's name, or {@code *} for all
 */
public record Right(String mirror, boolean write) {
    private static final Pattern FORM = Pattern.compile("(\\*|[a-z0-9][a-z0-9-]*):(read|write)");

    /** Nothing, if the text is none. */
    public static Optional<Right> of(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches() ? Optional.of(new Right(matcher.group(1), matcher.group(2).equals("write")))
                : Optional.empty();
    }

    /** Whether this is enough to write, or else to read, the mirror. */
    boolean covers(String wanted, boolean toWrite) {
        return (write || !toWrite) && (mirror.equals("*") || mirror.equals(wanted));
    }

    @Override
    public String toString() {
        return mirror + (write ? ":write" : ":read");
    }
}
