package io.bactrian.benchmark.row;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** What is wanted: one condition or several. Immutable. */
public final class Goal {
    /** Nothing is wanted. */
    static final Goal NONE = new Goal(List.of());

    /** What a goal looks at; medians of all runs. */
    public interface Figures {
        double seconds();

        Optional<Double> slowest();

        Optional<Long> bytes();

        boolean hasNote(String note);
    }

    /** Tells nothing if it cannot be known, for want of counters or of rsync. */
    private record Condition(String text, BiFunction<Figures, Optional<Figures>, Optional<Boolean>> holds) {
    }

    private final List<Condition> conditions;

    private Goal(List<Condition> conditions) {
        this.conditions = List.copyOf(conditions);
    }

    private Goal and(String text, BiFunction<Figures, Optional<Figures>, Optional<Boolean>> holds) {
        List<Condition> more = new ArrayList<>(conditions);
        more.add(new Condition(text, holds));
        return new Goal(more);
    }

    Goal timesRsync(double factor) {
        return and("<= " + factor + " x rsync's time",
                (own, rsync) -> rsync.map(other -> own.seconds() <= factor * other.seconds()));
    }

    Goal bytesOfRsync(double factor) {
        return and("<= " + factor + " x its bytes", (own, rsync) -> own.bytes().flatMap(bytes -> rsync
                .flatMap(Figures::bytes).map(others -> bytes <= factor * others)));
    }

    Goal bytes(long most, String text) {
        return and("<= " + text, (own, rsync) -> own.bytes().map(bytes -> bytes <= most));
    }

    Goal milliseconds(long most) {
        return and("<= " + most + " ms", (own, rsync) -> Optional.of(own.seconds() * 1000 <= most));
    }

    Goal slowest(long most) {
        return and("p99 <= " + most + " ms", (own, rsync) -> own.slowest().map(slowest -> slowest * 1000 <= most));
    }

    Goal note(String note) {
        return and(note, (own, rsync) -> Optional.of(own.hasNote(note)));
    }

    /** Whether it is reached; what cannot be known counts as neither. */
    public Optional<Boolean> isReached(Figures own, Optional<Figures> rsync) {
        List<Optional<Boolean>> all = conditions.stream().map(each -> each.holds().apply(own, rsync)).toList();
        if (all.stream().anyMatch(each -> each.isPresent() && !each.get())) {
            return Optional.of(false);
        }
        return all.isEmpty() || all.stream().anyMatch(Optional::isEmpty) ? Optional.empty() : Optional.of(true);
    }

    @Override
    public String toString() {
        return conditions.stream().map(Condition::text).collect(Collectors.joining(", "));
    }
}
