package io.bactrian.benchmark.report;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

import io.bactrian.benchmark.row.Goal;
import io.bactrian.benchmark.row.Row;

/** The runs as a table in Markdown. Stateless. */
public final class Table {
    private static final String OWN = "bactrian";
    private static final String REFERENCE = "rsync";

    private Table() {
    }

    /**
     * Makes it.
     *
     * @param about lines that belong above it
     * @param peers in their order
     */
    public static String of(List<String> about, List<Row> rows, List<String> peers, List<Run> runs) {
        StringBuilder text = new StringBuilder();
        about.forEach(line -> text.append("- ").append(line).append('\n'));
        line(text.append('\n'), "work", "peer", "time", "x rsync", "bytes", "x rsync", "trees and notes", "goal");
        line(text, "---", "---", "---:", "---:", "---:", "---:", "---", "---");
        for (Row row : rows) {
            Summary reference = summary(runs, row, REFERENCE);
            String work = row.work();
            for (String peer : peers) {
                Summary summary = summary(runs, row, peer);
                if (!summary.isEmpty()) {
                    line(text, work, peer, times(summary), ratio(summary, reference, Table::times),
                            summary.isMeasured() ? summary.byteCounts().map(spread -> spread.text(Spread::bytes))
                                    .orElse("not counted") : "", ratio(summary, reference, Table::bytes),
                            summary.remarks(), peer.equals(OWN) ? goal(row.goal(), summary, reference) : "");
                    work = "";
                }
            }
        }
        return text.toString();
    }

    private static Summary summary(List<Run> runs, Row row, String peer) {
        return new Summary(runs.stream().filter(run -> run.row().equals(row.name()) && run.peer().equals(peer))
                .toList());
    }

    private static void line(StringBuilder text, String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String times(Summary summary) {
        String times = summary.times().map(spread -> spread.text(Spread::time)).orElse("failed");
        return summary.slowestTimes().map(spread -> "p50 " + times + ", p99 " + spread.text(Spread::time))
                .orElse(times);
    }

    private static String ratio(Summary summary, Summary reference,
            BiFunction<Summary, Summary, Optional<Double>> divide) {
        return summary.isMeasured() && reference.isMeasured()
                ? divide.apply(summary, reference).map(Spread::ratio).orElse("") : "";
    }

    private static Optional<Double> times(Summary summary, Summary reference) {
        return Optional.of(summary.seconds() / reference.seconds());
    }

    private static Optional<Double> bytes(Summary summary, Summary reference) {
        return summary.bytes().flatMap(own -> reference.bytes().map(other -> (double) own / other));
    }

    private static String goal(Goal goal, Summary own, Summary reference) {
        Optional<Boolean> reached = own.isMeasured()
                ? goal.isReached(own, Optional.<Goal.Figures>of(reference).filter(is -> reference.isMeasured()))
                : Optional.of(false);
        return goal + ": " + reached.map(is -> is ? "**reached**" : "**missed**").orElse("not known");
    }
}
