package io.bactrian.benchmark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.bactrian.benchmark.row.Goal;
import io.bactrian.benchmark.row.Measurement;

/** All runs of one peer at one row. Immutable. */
final class Summary implements Goal.Figures {
    /** Of a failure's words; runs.jsonl has them all. */
    private static final int LONGEST = 200;

    private final List<Run> runs;
    private final List<Measurement> measurements;

    Summary(List<Run> runs) {
        this.runs = List.copyOf(runs);
        this.measurements = runs.stream().flatMap(run -> run.measurement().stream()).toList();
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    /** Whether any run went well. */
    boolean isMeasured() {
        return !measurements.isEmpty();
    }

    Optional<Spread> times() {
        return Spread.of(measurements.stream().map(Measurement::seconds).toList());
    }

    Optional<Spread> slowestTimes() {
        return spread(Measurement::slowest);
    }

    Optional<Spread> byteCounts() {
        return spread(Measurement::bytes);
    }

    private Optional<Spread> spread(Function<Measurement, Optional<? extends Number>> figure) {
        return Spread.of(measurements.stream().map(figure).flatMap(Optional::stream).toList());
    }

    @Override
    public double seconds() {
        return times().map(Spread::median).orElse(Double.NaN);
    }

    @Override
    public Optional<Double> slowest() {
        return slowestTimes().map(Spread::median);
    }

    @Override
    public Optional<Long> bytes() {
        return byteCounts().map(spread -> Math.round(spread.median()));
    }

    @Override
    public boolean hasNote(String note) {
        return isMeasured() && measurements.stream().allMatch(is -> is.note().filter(text -> text.contains(note)).isPresent());
    }

    /** What the referee said, what was noted, and what failed. */
    String remarks() {
        List<String> remarks = new ArrayList<>(measurements.stream().map(Measurement::state).distinct().toList());
        measurements.stream().flatMap(is -> is.note().stream()).distinct().forEach(remarks::add);
        spread(Measurement::memory).ifPresent(memory -> remarks.add("peak memory " + memory.text(Spread::bytes)));
        List<String> failures = runs.stream().flatMap(run -> run.failure().stream()).toList();
        if (!failures.isEmpty()) {
            remarks.add(failures.size() + " of " + runs.size() + " failed: "
                    + failures.get(0).substring(0, Math.min(LONGEST, failures.get(0).length())));
        }
        return remarks.stream().map(remark -> remark.replace('|', '/').replaceAll("\\s+", " "))
                .collect(Collectors.joining("; "));
    }
}
