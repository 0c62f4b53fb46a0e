package io.bactrian.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CountersTest {
    @Test
    void nothing_is_lost_however_many_count_at_the_same_time() {
        Counters counts = new Counters();
        IntStream.range(0, 10_000).parallel().forEach(i -> counts.add(i % 2 == 0 ? "even" : "odd", "all", 2));

        assertThat(counts.all()).isEqualTo(Map.of("even", Map.of("all", 10_000L), "odd", Map.of("all", 10_000L)));
        assertThat(counts.of("odd")).containsExactly(Map.entry("all", 10_000L));
        assertThat(counts.of("nothing")).isEmpty();
    }
}
