package io.bactrian.settings;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Parses numbers, durations and sizes as users write them: {@code 20ms}, {@code 10m}, {@code 128KiB}. Stateless. */
public final class Units {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})\\s*([A-Za-z]*)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES =
            Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);

    private Units() {
    }

    static Optional<Integer> number(String text) {
        try {
            return Optional.of(Integer.valueOf(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A whole number with unit ms, s, m, h or d; a bare {@code 0} needs no unit. */
    static Optional<Duration> duration(String text) {
        return text.equals("0") ? Optional.of(Duration.ZERO) : amount(text, MILLIS).map(Duration::ofMillis);
    }

    /** A whole number of bytes, or one with unit KiB, MiB, GiB or TiB. */
    static Optional<Long> size(String text) {
        return amount(text, BYTES);
    }

    public static String write(Duration duration) {
        return write(duration.toMillis(), MILLIS, "d", "h", "m", "s", "ms");
    }

    static String write(long bytes) {
        return write(bytes, BYTES, "TiB", "GiB", "MiB", "KiB", "");
    }

    /** In the largest unit in which it is a whole number. */
    private static String write(long amount, Map<String, Long> sizes, String... units) {
        return amount == 0 ? "0" : Stream.of(units).filter(unit -> amount % sizes.get(unit) == 0).findFirst()
                .map(unit -> amount / sizes.get(unit) + unit).orElseThrow();
    }

    private static Optional<Long> amount(String text, Map<String, Long> units) {
        Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), units.get(matcher.group(2))));
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }
}
