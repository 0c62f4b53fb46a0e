package io.bactrian.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bactrian.wire.Status;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class DurationHistogramTest {
    @Property(tries = 200)
    void counts_each_duration_in_its_bucket(@ForAll List<@LongRange(min = -60_000_000_000L, max = 60_000_000_000L) Long> nanos) {
        DurationHistogram durations = new DurationHistogram();
        nanos.forEach(durations::add);
        Status.Durations status = durations.status();

        assertThat(status.count()).isEqualTo(nanos.size());
        assertThat(status.seconds()).isCloseTo(nanos.stream().mapToDouble(took -> Math.max(0, took) / 1e9).sum(), within(1e-6));
        assertThat(status.buckets()).hasSize(DurationHistogram.BOUNDS.size() + 1);
        long upTo = 0;
        for (int i = 0; i < DurationHistogram.BOUNDS.size(); i++) {
            double bound = DurationHistogram.BOUNDS.get(i);
            upTo += status.buckets().get(i);
            assertThat(upTo).isEqualTo(nanos.stream().filter(took -> took / 1e9 <= bound).count());
        }
    }

    @Example
    void a_bound_belongs_to_its_bucket() {
        DurationHistogram durations = new DurationHistogram();
        DurationHistogram.BOUNDS.forEach(bound -> durations.add(Math.round(bound * 1e9)));
        assertThat(durations.status().buckets()).containsExactly(1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 0L);
    }
}
