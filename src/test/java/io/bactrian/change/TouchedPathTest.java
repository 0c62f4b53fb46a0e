package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.change.TouchedPath.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TouchedPathTest {
    @ParameterizedTest
    @EnumSource(Scope.class)
    void only_a_directory_is_compared_with_something_below_it(Scope scope) {
        boolean below = switch (scope) {
            case GONE, NAME, ENTRY -> false;
            case CHILDREN, TREE, NEW -> true;
        };
        assertThat(new TouchedPath("a", scope).isSingle()).isEqualTo(!below);
    }

    @Test
    void each_scope_includes_those_before() {
        assertThat(TouchedPath.gone("a").scope()).isLessThan(TouchedPath.name("a").scope());
        assertThat(TouchedPath.name("a").scope()).isLessThan(TouchedPath.entry("a").scope());
        assertThat(TouchedPath.entry("a").scope()).isLessThan(TouchedPath.EVERYTHING.scope());
        assertThat(TouchedPath.EVERYTHING.path()).isEmpty();
    }
}
