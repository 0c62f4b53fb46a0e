package io.bactrian.measure;

import java.util.List;
import java.util.Map;

/** Counts what one target has done since the process started: outcomes are {@code applied}, {@code same} or {@code failed}. Thread-safe. */
public final class TargetCounters extends ChangeCounters {
    private final Counters requests = new Counters();
    private final RepairCounters repairs = new RepairCounters();

    public TargetCounters() {
        super(List.of("applied", "same", "failed"),
                List.of("cannot-apply", "content-missing", "digest-mismatch", "unavailable", "internal"));
        requests.add("POST changes", "200", 0);
    }

    /** A request was answered; {@code call} is one of a fixed set. */
    public void request(String call, int status) {
        requests.add(call, Integer.toString(status), 1);
    }

    /** Counts of requests by call, then by status. */
    public Map<String, Map<String, Long>> requests() {
        return requests.all();
    }

    /** Findings of scrubs, and their repairs. */
    public RepairCounters repairs() {
        return repairs;
    }
}
