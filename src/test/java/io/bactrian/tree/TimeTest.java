package io.bactrian.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TimeTest {
    private static final BigInteger SECOND = BigInteger.valueOf(1_000_000_000);

    private static BigInteger nanos(Time time) {
        return BigInteger.valueOf(time.seconds()).multiply(SECOND).add(BigInteger.valueOf(time.nanos()));
    }

    @Property
    void preserves_nanoseconds(@ForAll long sinceEpoch) {
        Time time = Time.ofNanos(sinceEpoch);
        assertThat(nanos(time)).isEqualTo(BigInteger.valueOf(sinceEpoch));
        // Only the end of the very first second fits.
        if (sinceEpoch >= Long.MIN_VALUE / 1_000_000_000 * 1_000_000_000 || sinceEpoch == Long.MIN_VALUE) {
            assertThat(time.nanosSinceEpoch()).isEqualTo(sinceEpoch);
            assertThat(time.fitsNanos()).isTrue();
        }
    }

    @Property
    void converts_to_the_nearest_representable_time(@ForAll long seconds, @ForAll @IntRange(max = 999_999_999) int nanos) {
        Time time = new Time(seconds, nanos);
        BigInteger wanted = nanos(time).max(BigInteger.valueOf(Long.MIN_VALUE)).min(BigInteger.valueOf(Long.MAX_VALUE));
        BigInteger told = BigInteger.valueOf(time.nanosSinceEpoch());
        assertThat(told.subtract(wanted).abs()).isLessThan(SECOND);
        assertThat(time.fitsNanos()).isEqualTo(told.equals(nanos(time)));
    }

    @Property
    void has_an_order_and_a_distance(@ForAll long a, @ForAll @IntRange(max = 999_999_999) int b, @ForAll long c,
            @ForAll @IntRange(max = 999_999_999) int d) {
        Time one = new Time(a, b);
        Time other = new Time(c, d);
        assertThat(one.compareTo(other)).isEqualTo(nanos(one).compareTo(nanos(other)));
        BigInteger distance = nanos(one).subtract(nanos(other));
        if (distance.bitLength() < 63) {
            assertThat(one.since(other)).isEqualTo(distance.longValueExact());
        } else if (distance.bitLength() > 63) {
            assertThat(one.since(other)).isEqualTo(distance.signum() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE);
        }
    }

    @Test
    void is_what_java_says_also_where_64_bits_of_nanoseconds_end() {
        assertThat(Time.of(FileTime.from(Instant.ofEpochSecond(1, 5)))).isEqualTo(new Time(1, 5));
        assertThat(Time.of(FileTime.from(Instant.ofEpochSecond(20_000_000_000L, 5)))).isEqualTo(new Time(20_000_000_000L, 5));
        assertThat(Time.of(FileTime.from(Instant.ofEpochSecond(-20_000_000_000L, 5)))).isEqualTo(new Time(-20_000_000_000L, 5));
        assertThat(Time.of(FileTime.from(Long.MAX_VALUE / 2, TimeUnit.SECONDS))).isEqualTo(new Time(Long.MAX_VALUE / 2, 0));
        assertThat(Time.of(FileTime.from(Long.MIN_VALUE / 2, TimeUnit.SECONDS))).isEqualTo(new Time(Long.MIN_VALUE / 2, 0));
    }

    @Test
    void fits_into_64_bits_of_nanoseconds_from_1677_to_2262() {
        Time last = new Time(9_223_372_036L, 854_775_807);
        assertThat(last.nanosSinceEpoch()).isEqualTo(Long.MAX_VALUE);
        assertThat(last.fitsNanos()).isTrue();
        for (Time late : List.of(new Time(9_223_372_036L, 854_775_808), new Time(9_223_372_037L, 0), new Time(9_223_372_037L, 854_775_807))) {
            assertThat(late.nanosSinceEpoch()).isEqualTo(Long.MAX_VALUE);
            assertThat(late.fitsNanos()).isFalse();
        }
        Time first = new Time(-9_223_372_036L, 0);
        assertThat(first.nanosSinceEpoch()).isEqualTo(-9_223_372_036_000_000_000L);
        assertThat(first.fitsNanos()).isTrue();
        assertThat(new Time(-9_223_372_037L, 500_000_000).nanosSinceEpoch()).isEqualTo(Long.MIN_VALUE);
        assertThat(new Time(-9_223_372_037L, 0).fitsNanos()).isFalse();
    }

    @Test
    void the_distance_between_the_ends_of_time_is_limited() {
        Time first = new Time(Long.MIN_VALUE, 0);
        Time last = new Time(Long.MAX_VALUE, 999_999_999);
        assertThat(last.since(first)).isEqualTo(Long.MAX_VALUE);
        assertThat(first.since(last)).isEqualTo(Long.MIN_VALUE);
        assertThat(new Time(5, 1).since(new Time(4, 999_999_999))).isEqualTo(2);
        assertThat(last).isGreaterThan(first).isEqualByComparingTo(last);
    }

    @Test
    void is_printed_as_a_date_within_the_range_of_the_calendar() {
        assertThat(new Time(253_402_300_799L, 5)).hasToString("9999-12-31T23:59:59.000000005Z");
        assertThat(new Time(-62_135_596_800L, 0)).hasToString("0001-01-01T00:00:00Z");
        assertThat(new Time(Instant.MAX.getEpochSecond(), 0)).hasToString("+1000000000-12-31T23:59:59Z");
        assertThat(new Time(Instant.MAX.getEpochSecond() + 1, 0)).hasToString("@31556889864403200");
        assertThat(new Time(Instant.MIN.getEpochSecond(), 0)).hasToString("-1000000000-01-01T00:00:00Z");
        assertThat(new Time(Instant.MIN.getEpochSecond() - 1, 0)).hasToString("@-31557014167219201");
        assertThat(new Time(Long.MAX_VALUE, 0)).hasToString("@9223372036854775807");
        assertThatThrownBy(() -> new Time(0, 1_000_000_000)).isInstanceOf(IllegalArgumentException.class);
    }
}
