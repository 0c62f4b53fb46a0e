package io.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.bactrian.change.TouchedPath;
import io.bactrian.change.TouchedPath.Scope;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.TreePath;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private final Backlog backlog = new Backlog();

    @Property(tries = 500)
    void takes_ancestors_first_and_nothing_twice(@ForAll("places") List<TouchedPath> added) {
        Backlog some = new Backlog();
        some.add(added);
        List<TouchedPath> taken = some.take();

        assertThat(taken).extracting(TouchedPath::path).doesNotHaveDuplicates();
        for (int i = 0; i < taken.size(); i++) {
            for (TouchedPath later : taken.subList(i + 1, taken.size())) {
                assertThat(TreePath.isWithin(taken.get(i).path(), later.path())).as("%s in %s", i, taken).isFalse();
                assertThat(taken.get(i).scope() == Scope.TREE && TreePath.isWithin(later.path(), taken.get(i).path()))
                        .as("%s is below the whole tree %s", later, taken.get(i)).isFalse();
            }
        }
        assertThat(added).allSatisfy(place -> assertThat(taken).anyMatch(is ->
                is.path().equals(place.path()) && is.scope().compareTo(place.scope()) >= 0
                        || is.scope() == Scope.TREE && TreePath.isWithin(place.path(), is.path())));
        // A new directory is compared with all that is in it, and a name that went like one that came.
        Set<TouchedPath> all = added.stream().map(is -> is.scope() == Scope.NEW ? new TouchedPath(is.path(), Scope.TREE)
                : is.scope() == Scope.GONE ? TouchedPath.name(is.path()) : is).collect(Collectors.toSet());
        assertThat(all).as("nothing is made up").containsAll(taken);
        assertThat(some.take()).isEmpty();
    }

    @Test
    void a_name_that_sorts_before_the_slash_does_not_separate_a_directory_from_its_content() {
        backlog.add(List.of(TouchedPath.entry("a-b"), TouchedPath.entry("a/x"), new TouchedPath("a", Scope.TREE)));

        assertThat(backlog.take()).containsExactly(new TouchedPath("a", Scope.TREE), TouchedPath.entry("a-b"));
    }

    @Test
    void holds_the_whole_tree_beyond_its_limit() {
        IntStream.range(0, Backlog.LIMIT + 1).forEach(i -> backlog.add(TouchedPath.entry("f" + i)));

        assertThat(backlog.size()).as("the tree, and what was touched since").isEqualTo(2);
        assertThat(backlog.take()).containsExactly(TouchedPath.EVERYTHING);
    }

    @Test
    void adds_a_path_later() {
        backlog.addLater("soon", Duration.ofMillis(50));
        backlog.addLater("never", Duration.ofHours(1));

        assertThat(backlog.isEmpty()).isTrue();
        assertThat(backlog.size()).isEqualTo(2);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(backlog::wake);
        assertThat(backlog.take()).containsExactly(TouchedPath.entry("soon"));
        assertThat(backlog.wake()).isFalse();
    }

    @Test
    void does_not_postpone_a_path_again_and_again() {
        backlog.addLater("busy", Duration.ZERO);
        backlog.addLater("busy", Duration.ofHours(1));

        assertThat(backlog.wake()).isTrue();
    }

    @Test
    void the_lag_is_that_of_the_oldest_path_that_is_not_done() {
        AtomicLong now = new AtomicLong(-3_000_000_000L);
        Backlog slow = new Backlog(now::get);
        assertThat(slow.lag(OptionalLong.empty())).isZero();
        slow.add(TouchedPath.entry("a"));
        now.addAndGet(1_000_000_000);
        slow.take();
        slow.add(TouchedPath.entry("b"));
        now.addAndGet(1_000_000_000);
        assertThat(slow.lag(OptionalLong.empty())).isEqualTo(2);
        assertThat(slow.lag(OptionalLong.of(now.get() - 5_000_000_000L))).isEqualTo(5);

        slow.done();
        assertThat(slow.lag(OptionalLong.empty())).isEqualTo(1);
        slow.take();
        now.addAndGet(1_000_000_000);
        slow.add(TouchedPath.entry("c"));
        slow.giveBack();
        now.addAndGet(1_000_000_000);
        assertThat(slow.lag(OptionalLong.empty())).as("what failed has waited all the time").isEqualTo(3);
        assertThat(slow.take()).containsExactly(TouchedPath.entry("b"), TouchedPath.entry("c"));

        slow.done();
        assertThat(slow.lag(OptionalLong.empty())).isZero();
        slow.addLater("d", Duration.ofSeconds(10));
        now.addAndGet(2_000_000_000);
        slow.addLater("d", Duration.ofSeconds(10));
        assertThat(slow.lag(OptionalLong.empty())).isEqualTo(2);
    }

    @Test
    void a_path_that_is_added_later_comes_when_it_is_due_by_a_clock_that_may_overflow() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 3_000_000_000L);
        Backlog slow = new Backlog(now::get);
        slow.addLater("a", Duration.ofSeconds(9));
        slow.addLater("a", Duration.ofSeconds(4));
        slow.addLater("a", Duration.ofSeconds(6));
        slow.addLater("", Duration.ofSeconds(5));

        now.addAndGet(3_999_999_999L);
        assertThat(slow.wake()).isFalse();
        now.incrementAndGet();
        assertThat(slow.wake()).isTrue();
        assertThat(slow.take()).containsExactly(TouchedPath.entry("a"));
        assertThat(slow.size()).isEqualTo(1);
        now.addAndGet(1_000_000_000);
        assertThat(slow.wake()).isTrue();
        assertThat(slow.take()).containsExactly(TouchedPath.EVERYTHING);
        assertThat(slow.size()).isZero();
    }

    @Test
    void the_root_is_compared_with_everything_below() {
        backlog.addLater("", Duration.ZERO);

        assertThat(backlog.take()).containsExactly(TouchedPath.EVERYTHING);
    }

    @Test
    void more_paths_for_later_than_its_limit_are_the_whole_tree() {
        AtomicLong now = new AtomicLong();
        Backlog slow = new Backlog(now::get);
        IntStream.range(0, Backlog.LIMIT + 1).forEach(i -> slow.addLater("f" + i, Duration.ofSeconds(i < Backlog.LIMIT ? 2 : 1)));

        now.addAndGet(1_000_000_000);
        assertThat(slow.wake()).isTrue();
        assertThat(slow.take()).containsExactly(TouchedPath.EVERYTHING);
        assertThat(slow.size()).isEqualTo(Backlog.LIMIT);
    }

    @Test
    void delays_only_the_paths_that_ask_for_it() {
        AtomicLong now = new AtomicLong();
        Backlog slow = new Backlog(now::get);
        slow.add(List.of(TouchedPath.entry("written"), TouchedPath.name("new")),
                place -> place.path().equals("new") ? Duration.ZERO : Duration.ofSeconds(1));

        assertThat(slow.take()).containsExactly(TouchedPath.name("new"));
        assertThat(slow.size()).isEqualTo(1);
        now.addAndGet(1_000_000_000);
        assertThat(slow.wake()).isTrue();
        assertThat(slow.take()).containsExactly(TouchedPath.entry("written"));
    }

    @Test
    void lists_the_directory_of_a_name_that_is_not_utf8() {
        backlog.add(List.of(TouchedPath.entry("d/x" + Scanner.NO_TEXT + "/y"), TouchedPath.gone(Scanner.NO_TEXT + "")));

        assertThat(backlog.take()).containsExactly(new TouchedPath("", Scope.CHILDREN), new TouchedPath("d", Scope.CHILDREN));
    }

    @Test
    void paths_that_are_taken_do_not_wait_unless_they_are_given_back() {
        backlog.add(TouchedPath.entry("a"));
        assertThat(backlog.isEmpty()).isFalse();
        assertThat(backlog.take()).isEqualTo(backlog.taken()).hasSize(1);
        assertThat(backlog.isEmpty()).isTrue();
        assertThat(backlog.size()).isZero();

        backlog.giveBack();
        assertThat(backlog.taken()).isEmpty();
        assertThat(backlog.size()).isEqualTo(1);
        backlog.take();
        backlog.done();
        assertThat(backlog.taken()).isEmpty();
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void giving_back_nothing_changes_no_lag() {
        AtomicLong now = new AtomicLong();
        Backlog slow = new Backlog(now::get);
        now.addAndGet(5_000_000_000L);
        slow.add(TouchedPath.entry("a"));
        slow.giveBack();
        now.addAndGet(1_000_000_000);

        assertThat(slow.lag(OptionalLong.empty())).isEqualTo(1);
    }

    @Provide
    Arbitrary<List<TouchedPath>> places() {
        Arbitrary<String> path = Arbitraries.of("a", "a-b", "ab", "é").list().ofMaxSize(3)
                .map(names -> String.join("/", names));
        return Combinators.combine(path, Arbitraries.of(Scope.class)).as(TouchedPath::new).list().ofMaxSize(12);
    }
}
