package io.bactrian.settings;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.bactrian.settings.Property.Scope;

/** Finds the keys of properties from environment variables and misspelled keys. Stateless. */
final class PropertyKeys {
    private PropertyKeys() {
    }

    /** The key that an environment variable sets; empty if it sets none. */
    static Optional<String> ofVariable(String variable) {
        // Most variables are of other programs, and a pattern for each property takes a tenth of a start
        if (!variable.startsWith("BACTRIAN_")) {
            return Optional.empty();
        }
        for (Property<?> property : Property.all()) {
            Matcher matcher = Pattern.compile(property.key().replace("NAME", "\0").replace('.', '_').replace('-', '_')
                    .toUpperCase(Locale.ROOT).replace("\0", "([A-Z0-9][A-Z0-9_]*)")).matcher(variable);
            if (matcher.matches()) {
                return Optional.of(property.scope() == Scope.PROCESS ? property.key()
                        : property.key(matcher.group(1).toLowerCase(Locale.ROOT).replace('_', '-')));
            }
        }
        return Optional.empty();
    }

    /** The known key that is most similar to this one, with the mirror's name from it. */
    static String nearest(String key) {
        String[] parts = key.split("\\.");
        String name = parts.length > 3 && parts[2].matches(Property.NAME) ? parts[2] : "NAME";
        return Property.all().stream().map(property -> property.key(name))
                .min(Comparator.comparingInt(known -> distance(known, key))).orElseThrow();
    }

    /** The Levenshtein distance: the least number of letters to insert, remove or replace. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        Arrays.setAll(previous, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
