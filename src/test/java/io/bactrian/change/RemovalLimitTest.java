package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class RemovalLimitTest {
    private static final RemovalLimit HALF = new RemovalLimit(50, 20, false);

    @Test
    void allows_a_few_whatever_their_share_and_a_share_however_many() {
        assertThat(HALF.isExceeded(20, 20)).isFalse();
        assertThat(HALF.isExceeded(21, 21)).isTrue();
        assertThat(HALF.isExceeded(21, 41)).isTrue();
        assertThat(HALF.isExceeded(21, 42)).isFalse();
        assertThat(HALF.isExceeded(1L << 60, 1L << 61)).isFalse();
    }

    @Test
    void without_a_limit_all_may_go_but_an_empty_source_is_a_missing_mount() {
        assertThat(RemovalLimit.OFF.isExceeded(Long.MAX_VALUE, 1)).isFalse();
        assertThat(RemovalLimit.OFF.emptying()).isFalse();
        assertThat(RemovalLimit.OFF.isOff()).isTrue();
        assertThat(RemovalLimit.OFF.byShare()).isEqualTo(RemovalLimit.OFF);
        assertThat(List.of(RemovalLimit.DEFAULT, RemovalLimit.NONE_ALLOWED)).noneMatch(RemovalLimit::isOff);
    }

    @Test
    void nothing_may_go_if_none_is_allowed() {
        assertThat(RemovalLimit.NONE_ALLOWED.isExceeded(1, 1_000_000)).isTrue();
        assertThat(RemovalLimit.NONE_ALLOWED.isExceeded(0, 0)).isFalse();
    }

    @Test
    void by_share_a_few_of_few_are_too_many() {
        assertThat(HALF.byShare().isExceeded(6, 11)).isTrue();
        assertThat(HALF.byShare().isExceeded(6, 12)).isFalse();
    }

    @Test
    void an_approval_raises_the_limit_to_what_was_approved_and_never_lowers_it() {
        assertThat(HALF.allowing(30)).isEqualTo(new RemovalLimit(50, 30, true));
        assertThat(HALF.allowing(10)).isEqualTo(new RemovalLimit(50, 20, true));
    }
}
