package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeTest {
    @ParameterizedTest
    @CsvSource({"0, 10, false", "5, 5, false", "5, 6, true", "10, 5, true", "12, 1, true", "14, 9, true", "15, 1, false", "0, 30, true"})
    void overlaps_ranges_with_a_common_byte(long offset, long length, boolean overlaps) {
        Range range = new Range(10, 5);

        assertThat(range.overlaps(new Range(offset, length))).isEqualTo(overlaps);
        assertThat(new Range(offset, length).overlaps(range)).isEqualTo(overlaps);
    }

    @Test
    void has_at_least_one_byte_and_does_not_overflow() {
        assertThat(new Range(Long.MAX_VALUE - 1, 1).end()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> new Range(Long.MAX_VALUE, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Range(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Range(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
