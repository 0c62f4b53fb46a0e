package io.bactrian.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final Optional<String> NONE = Optional.empty();

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Lease lease = new Lease(Duration.ofSeconds(10), now::get);

    @Test
    void one_sender_at_a_time_holds_it() throws Exception {
        lease.open("one", "1", NONE);

        assertThatThrownBy(() -> lease.open("two", "2", NONE)).isInstanceOf(LeaseException.class)
                .hasMessageContaining("one holds the lease").extracting("heldByAnother").isEqualTo(true);
    }

    @Test
    void it_expires_without_requests_of_its_holder() throws Exception {
        Optional<String> first = Optional.of(lease.open("one", "1", NONE));
        pass(10);
        lease.check(first);
        pass(11);

        assertThat(lease.sender()).isEmpty();
        lease.open("two", "2", NONE);
        assertThatThrownBy(() -> lease.check(first)).isInstanceOf(LeaseException.class)
                .extracting("heldByAnother").isEqualTo(false);
    }

    @Test
    void every_request_under_it_extends_it() throws Exception {
        Optional<String> name = Optional.of(lease.open("one", "1", NONE));
        for (int i = 0; i < 5; i++) {
            pass(9);
            lease.check(name);
        }

        assertThat(lease.sender()).contains("one");
    }

    @Test
    void a_refused_request_does_not_extend_it() throws Exception {
        lease.open("one", "1", NONE);
        pass(9);
        assertThatThrownBy(() -> lease.open("two", "2", NONE)).isInstanceOf(LeaseException.class);
        assertThatThrownBy(() -> lease.check(Optional.of("other"))).isInstanceOf(LeaseException.class);
        pass(2);

        assertThat(lease.sender()).isEmpty();
    }

    @Test
    void a_restarted_sender_takes_over_its_lease_and_its_late_requests_are_refused() throws Exception {
        Optional<String> before = Optional.of(lease.open("one", "1", NONE));
        Optional<String> after = Optional.of(lease.open("one", "1", NONE));

        assertThat(after).isNotEqualTo(before);
        lease.check(after);
        assertThatThrownBy(() -> lease.check(before)).isInstanceOf(LeaseException.class);
    }

    @Test
    void a_renewal_keeps_its_name_and_a_late_one_gets_another() throws Exception {
        Optional<String> name = Optional.of(lease.open("one", "1", NONE));
        pass(9);
        assertThat(lease.open("one", "1", name)).isEqualTo(name.get());
        pass(11);

        assertThat(lease.open("one", "1", name)).isNotEqualTo(name.get());
    }

    @Test
    void only_its_holder_can_release_it() throws Exception {
        Optional<String> name = Optional.of(lease.open("one", "1", NONE));

        assertThat(lease.release(Optional.of("other"))).isFalse();
        assertThat(lease.release(NONE)).isFalse();
        assertThat(lease.release(name)).isTrue();
        assertThat(lease.release(name)).isFalse();
        assertThatThrownBy(() -> lease.check(name)).isInstanceOf(LeaseException.class);
        lease.open("two", "2", NONE);
    }

    @Test
    void requests_without_a_lease_are_refused() {
        assertThatThrownBy(() -> lease.check(NONE)).isInstanceOf(LeaseException.class).hasMessageContaining("open a session");
    }

    private void pass(long seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void a_refusal_names_the_longest_wait() throws Exception {
        lease.open("one", "1", NONE);

        assertThat(lease.length()).isEqualTo(Duration.ofSeconds(10));
        assertThatThrownBy(() -> lease.open("two", "2", NONE)).hasMessageContaining("expires 10 s after");
    }

    @Test
    void a_renewal_extends_it() throws Exception {
        Optional<String> name = Optional.of(lease.open("one", "1", NONE));
        pass(9);
        lease.open("one", "1", name);
        pass(9);

        lease.check(name);
        assertThat(lease.sender()).contains("one");
    }
}
