package io.bactrian.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.bactrian.watch.TreeEvent.Kind;
import org.junit.jupiter.api.Test;

class PendingEventsTest {

    private final PendingEvents pending = new PendingEvents();

    @Test
    void keeps_an_event_that_is_pending_once() throws Exception {
        for (int i = 0; i < 100; i++) {
            add("file", Kind.MODIFY);
        }
        assertThat(takeKinds()).containsExactly(Kind.MODIFY);
    }

    @Test
    void keeps_the_last_event() throws Exception {
        add("file", Kind.CREATE);
        add("file", Kind.DELETE);
        add("file", Kind.CREATE);
        assertThat(takeKinds()).containsExactly(Kind.DELETE, Kind.CREATE);
    }

    @Test
    void does_not_let_a_busy_path_wait_behind_others_for_ever() throws Exception {
        add("busy", Kind.MODIFY);
        add("other", Kind.MODIFY);
        add("busy", Kind.MODIFY);
        assertThat(pending.take().orElseThrow().next().path()).isEqualTo(Path.of("busy"));
    }

    @Test
    void delivers_later_events_of_a_failed_path_after_it() throws Exception {
        add("file", Kind.CREATE);
        PendingEvents.Turn failed = pending.take().orElseThrow();
        add("file", Kind.MODIFY);
        pending.retry(failed, "a test");
        add("file", Kind.DELETE);
        add("other", Kind.CREATE);
        assertThat(takeKinds()).containsExactly(Kind.CREATE);
        assertThat(takeKinds()).containsExactly(Kind.CREATE, Kind.MODIFY, Kind.DELETE);
    }

    @Test
    void closing_releases_waiting_threads() {
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return pending.take().isPresent();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        pending.close();
        assertThat(waiting).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(false);
    }

    private void add(String path, Kind kind) {
        pending.add(new TreeEvent(Path.of(path), kind));
    }

    private List<Kind> takeKinds() throws InterruptedException {
        PendingEvents.Turn turn = pending.take().orElseThrow();
        List<Kind> kinds = new ArrayList<>();
        while (!turn.isDone()) {
            kinds.add(turn.next().kind());
            turn.delivered();
        }
        return kinds;
    }
}
