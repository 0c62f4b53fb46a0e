package io.bactrian.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CountersTest {
    @Test
    void concurrent_increments_are_not_lost() {
        Counters counts = new Counters();
        IntStream.range(0, 10_000).parallel().forEach(i -> counts.add(i % 2 == 0 ? "even" : "odd", "all", 2));

        assertThat(counts.all()).isEqualTo(Map.of("even", Map.of("all", 10_000L), "odd", Map.of("all", 10_000L)));
        assertThat(counts.of("odd")).containsExactly(Map.entry("all", 10_000L));
        assertThat(counts.of("nothing")).isEmpty();
    }
}
