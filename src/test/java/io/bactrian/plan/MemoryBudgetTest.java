package io.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(4 << 10);

    private static boolean takes(MemoryBudget budget, long bytes) throws InterruptedException {
        return budget.take(bytes, 0);
    }

    @Test
    void gives_no_more_than_there_is() throws InterruptedException {
        assertThat(takes(budget, 3 << 10)).isTrue();
        assertThat(takes(budget, (1 << 10) + 1)).isFalse();
        assertThat(takes(budget, 1 << 10)).isTrue();
        assertThat(takes(budget, 1)).isFalse();

        budget.giveBack(1 << 10);
        assertThat(takes(budget, 1)).isTrue();
        assertThat(takes(budget, 1)).isFalse();
    }

    @Test
    void a_request_that_is_larger_than_the_budget_gets_all_of_it() throws InterruptedException {
        assertThat(takes(budget, 1L << 40)).isTrue();
        assertThat(takes(budget, 1)).isFalse();

        budget.giveBack(1L << 40);
        assertThat(takes(budget, 4 << 10)).isTrue();
        assertThat(takes(budget, 1)).as("what is given back is what was taken").isFalse();
    }

    @Test
    void any_budget_allows_something_and_any_request_takes_something() throws InterruptedException {
        MemoryBudget least = new MemoryBudget(1);

        assertThat(takes(least, 0)).isTrue();
        assertThat(takes(least, 0)).isFalse();
        assertThat(takes(new MemoryBudget(Long.MAX_VALUE), 1L << 40)).isTrue();
    }
}
