package io.bactrian;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

/** A wall clock that is set back while Bactrian runs: what it has to do later is not put off by as much. */
class ClockIT extends TwoEnds {
    @Test
    void an_unreachable_target_catches_up_although_the_clock_was_set_back() throws Exception {
        assumeThat(FakeClock.isInstalled()).as("moving the clock needs the package faketime").isTrue();
        FakeClock clock = new FakeClock(place.resolve("clock"));
        clock.move(0);
        Running receiver = startTarget();
        Running sender = processes.start(Files.createDirectory(place.resolve("home")), clock.environment(), "source", source,
                "http://127.0.0.1:" + port).awaitInStep();
        receiver.kill();

        clock.move(-86_400);
        Instant before = Instant.now().minus(Duration.ofHours(12));
        AtomicInteger number = new AtomicInteger();
        await("an attempt by the new time").atMost(Running.PATIENCE).until(() -> {
            Files.writeString(source.resolve("missed" + number.incrementAndGet()), "x");
            return sender.link().lastError().filter(error -> error.at().isBefore(before)).isPresent();
        });
        startTarget();

        Tools.awaitReferee(source, target);
    }
}
