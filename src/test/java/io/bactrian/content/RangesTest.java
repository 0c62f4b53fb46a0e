package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RangesTest {
    @Property(tries = 500)
    void behaves_like_a_bit_set(@ForAll @Size(max = 12) List<@IntRange(max = 999) Integer> runs,
            @ForAll @IntRange(max = 60) int from, @ForAll @IntRange(min = 1, max = 60) int length) {
        Ranges ranges = new Ranges();
        BitSet bits = new BitSet();
        for (int run : runs) {
            int start = run / 10;
            int end = start + 1 + run % 10;
            ranges.add(new Range(start, end - start));
            bits.set(start, end);
        }
        BitSet missing = new BitSet();
        ranges.missing(from, from + length).forEach(gap -> missing.set((int) gap.offset(), (int) gap.end()));
        BitSet expected = new BitSet();
        expected.set(from, from + length);
        expected.andNot(bits);
        assertThat(missing).isEqualTo(expected);
        assertThat(ranges.coveredTo(from)).isEqualTo(bits.nextClearBit(from));
        assertThat(ranges.pieces()).isEqualTo((int) bits.stream().filter(i -> !bits.get(i + 1)).count());
    }
}
