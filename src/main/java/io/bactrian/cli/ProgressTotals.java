package io.bactrian.cli;

import io.bactrian.wire.Status;
import java.util.List;
import java.util.Locale;

/** The progress of all sources of a process together. Immutable. */
record ProgressTotals(boolean inStep, long files, long bytes, long filesLeft, long bytesLeft) {
    static final ProgressTotals NOTHING = new ProgressTotals(false, 0, 0, 0, 0);

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

    static ProgressTotals of(Status status) {
        ProgressTotals totals = new ProgressTotals(!status.sources().isEmpty(), 0, 0, 0, 0);
        for (Status.Link link : status.sources()) {
            totals = new ProgressTotals(totals.inStep && link.inStep(), totals.files + link.sent().files(),
                    totals.bytes + link.sent().bytes(), totals.filesLeft + link.expected().files(),
                    totals.bytesLeft + link.expected().bytes());
        }
        return totals;
    }

    /** For example {@code sent 12 of 3,000 files, 4.0 MiB of 1.5 GiB}. */
    String words() {
        return String.format(Locale.ROOT, "sent %,d of %,d files, %s of %s", files, files + filesLeft, size(bytes),
                size(bytes + bytesLeft));
    }

    /** For example {@code sent 3,000 files, 1.5 GiB}. */
    String sentWords() {
        return String.format(Locale.ROOT, "sent %,d files, %s", files, size(bytes));
    }

    /** Bytes in the most readable unit. */
    static String size(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 1024 && unit < UNITS.size() - 1) {
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, UNITS.get(unit));
    }
}
