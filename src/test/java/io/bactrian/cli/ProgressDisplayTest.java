package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.wire.Status;
import io.bactrian.wire.Status.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
    private final List<String> lines = new ArrayList<>();
    private long seconds;
    private Status status = status(false, 0, 0, 0, 0);
    private final ProgressDisplay progress =
            new ProgressDisplay(() -> status, false, lines::add, () -> TimeUnit.SECONDS.toNanos(seconds));

    @Test
    void reports_progress_periodically_and_when_in_step() {
        look(1, status(false, 1, 1 << 20, 9, 9 << 20));
        look(11, status(false, 5, 22 << 20, 5, 5 << 20));
        look(12, status(false, 6, 23 << 20, 4, 4 << 20));
        look(14, status(true, 10, 27 << 20, 0, 0));
        look(15, status(true, 10, 27 << 20, 0, 0));

        assertThat(lines).containsExactly("sent 5 of 10 files, 22.0 MiB of 27.0 MiB, 2.0 MiB/s",
                "in step: sent 10 files, 27.0 MiB");
    }

    @Test
    void does_not_report_small_changes_while_in_step() {
        look(1, status(true, 0, 0, 0, 0));
        look(2, status(false, 1, 10, 1, 10));
        look(3, status(true, 2, 20, 0, 0));

        assertThat(lines).containsExactly("in step: sent 0 files, 0 B");
    }

    @Test
    void does_not_report_without_progress() {
        look(60, status(false, 0, 0, 10, 10));

        assertThat(lines).isEmpty();
    }

    @Test
    void continues_if_the_status_is_unavailable_once() {
        status = null;
        progress.look();
        look(1, status(true, 0, 0, 0, 0));

        assertThat(lines).hasSize(1);
    }

    private void look(long atSecond, Status now) {
        seconds = atSecond;
        status = now;
        progress.look();
    }

    private static Status status(boolean inStep, long files, long bytes, long filesLeft, long bytesLeft) {
        return new Status("1", 1, List.of(new Status.Link("default", "/a", "http://b", inStep ? "in step" : "sending",
                true, inStep, List.of(), 0, 0, 1, Optional.empty(), Optional.empty(), new Totals(files, files, bytes),
                new Totals(filesLeft, filesLeft, bytesLeft), new Status.Wire(bytes, bytes), new Status.Saved(0, 0, 0, 0),
                Map.of(), new Status.Durations(0, 0, List.of()), Map.of(), Optional.empty(), List.of(), new Status.Written(List.of(), 0),
                new Status.Looks(0, 0, 0))), List.of());
    }
}
