package io.bactrian.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class ReportedPathsTest {
    private final ReportedPaths reported = new ReportedPaths();

    @Test
    void a_path_is_reported_with_all_directories_above_it() {
        reported.add("a-b");
        reported.add("a/b/c");

        assertThat(reported.containsWithin("a/b/c")).isTrue();
        assertThat(reported.containsWithin("a")).isTrue();
        assertThat(reported.containsWithin("a/b/c/d")).isFalse();
        assertThat(reported.containsWithin("a/c")).isFalse();
        assertThat(reported.containsWithin("b")).isFalse();
        reported.add("b");
        assertThat(reported.containsWithin("b")).as("what is added later").isTrue();
    }

    @Test
    void of_too_many_to_keep_each_may_be_one() {
        IntStream.range(0, 99_999).forEach(i -> reported.add("f" + i));
        assertThat(reported.containsWithin("other")).isFalse();
        reported.add("last");
        assertThat(reported.containsWithin("other")).isFalse();
        reported.add("one more");
        assertThat(reported.containsWithin("other")).isTrue();
    }
}
