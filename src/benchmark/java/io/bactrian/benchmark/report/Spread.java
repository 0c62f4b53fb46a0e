package io.bactrian.benchmark.report;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;

/** Several values of one thing. Immutable. */
record Spread(double median, double least, double most) {
    /** Of an even number, the median is the mean of the two in the middle. */
    static Optional<Spread> of(Collection<? extends Number> values) {
        double[] sorted = values.stream().mapToDouble(Number::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length == 0 ? Optional.empty() : Optional.of(new Spread(
                sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2, sorted[0],
                sorted[sorted.length - 1]));
    }

    /** The median, and in brackets the least and the most if they read otherwise. */
    String text(DoubleFunction<String> unit) {
        String low = unit.apply(least);
        String high = unit.apply(most);
        return unit.apply(median) + (low.equals(high) ? "" : " (" + low + " .. " + high + ")");
    }

    static String time(double seconds) {
        if (seconds < 1) {
            return String.format(Locale.ROOT, seconds < 0.01 ? "%.1f ms" : "%.0f ms", seconds * 1000);
        }
        return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.1f s", seconds);
    }

    /** In units of thousands. */
    static String bytes(double bytes) {
        if (bytes < 1_000) {
            return String.format(Locale.ROOT, "%.0f B", bytes);
        }
        boolean kilo = bytes < 1_000_000;
        double value = bytes / (kilo ? 1e3 : 1e6);
        return String.format(Locale.ROOT, value < 100 ? "%.1f %s" : "%,.0f %s", value, kilo ? "KB" : "MB");
    }

    static String ratio(double value) {
        return String.format(Locale.ROOT, value < 0.1 ? "%.4f" : "%.2f", value);
    }
}
