package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

import io.bactrian.change.TouchedPath;
import io.bactrian.link.Link;
import io.bactrian.manage.StatusReport;
import io.bactrian.tree.Digest;
import io.bactrian.wire.Message;
import io.bactrian.wire.Status;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An error that is thrown in a route that begins by itself: it is seen, and the work goes on. */
@Timeout(600)
class FaultRoutesTest {
    private static final Message.Session SESSION = new Message.Session("L", 15, Digest.EMPTY, false, true);

    @TempDir
    Path dir;

    @AutoClose
    private RouteBench routes;

    private Link given(String route) throws Exception {
        routes = RouteBench.source(dir).only(route.equals("send-changes") ? RouteBench.TURN : new String[] {route}).start();
        Link link = routes.link();
        link.open();
        link.connected(SESSION);
        return link;
    }

    private static Error of(String type) {
        return type.equals("StackOverflowError") ? new StackOverflowError("thrown by a test")
                : new OutOfMemoryError("thrown by a test");
    }

    /** As a bean that throws it: Camel keeps what a bean throws in the exchange. */
    private void throwing(String endpoint, Supplier<Error> error) {
        routes.mock(endpoint).whenAnyExchangeReceived(exchange -> exchange.setException(error.get()));
    }

    private Status.Link status() {
        return routes.bean("status", StatusReport.class).get().sources().get(0);
    }

    private void assertUnhealthy(String... words) {
        assertThat(status().inStep()).isFalse();
        assertThat(status().unhealthy()).anySatisfy(why -> assertThat(why).contains(words));
    }

    private void assertComparesAll(Link link) {
        RouteBench.await().until(() -> {
            link.takeTurn();
            return link.take().contains(TouchedPath.EVERYTHING);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"tend-links", "rescan-sources"})
    void a_timers_tick(String timer) throws Exception {
        routes = RouteBench.source(dir, "bactrian.source.default.rescan=1s").only(timer).start();
        Link link = routes.link();
        for (String next : List.of("direct:take-turn", "direct:reconcile-source")) {
            throwing(next, () -> of("StackOverflowError"));
        }

        RouteBench.await().until(() -> {
            routes.send("direct:" + timer, "", java.util.Map.of());
            return !status().unhealthy().isEmpty();
        });

        assertUnhealthy(timer + " failed", "StackOverflowError");
        assertComparesAll(link);
    }

    @ParameterizedTest
    @ValueSource(strings = {"StackOverflowError", "OutOfMemoryError"})
    void a_turn_of_a_link(String type) throws Exception {
        Link link = given("send-changes");
        Files.writeString(dir.resolve("source/a"), "x");
        throwing("direct:send-batch", () -> of(type));
        link.touch(List.of(TouchedPath.entry("a")));
        link.takeTurn();

        routes.send("direct:send-changes", link, java.util.Map.of());

        assertThat(link.isResting()).isTrue();
        assertUnhealthy("a turn failed", type);
        assertComparesAll(link);
    }

    /** Who was seen to change something splits what follows by links, and a queue passes that on. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_turn_whose_fault_nobody_handles_is_over_and_made_again(boolean part) throws Exception {
        Link link = given("send-changes");
        link.disconnect();
        routes.advise("send-changes", route -> route.weaveByToUri("direct:take-turn").before()
                .process(exchange -> exchange.setException(of("OutOfMemoryError"))));
        throwing("direct:open-link", () -> of("StackOverflowError"));
        link.touch(List.of(TouchedPath.entry("a")));
        link.takeTurn();

        routes.send("direct:send-changes", link, part ? java.util.Map.of(Exchange.SPLIT_INDEX, 0) : java.util.Map.of());

        assertThat(link.isResting()).isTrue();
        assertUnhealthy("send-changes failed", "OutOfMemoryError");
        assertComparesAll(link);
    }

    @Test
    void who_sends_large_contents() throws Exception {
        Link link = given("send-contents");
        throwing("direct:announce-content", () -> of("OutOfMemoryError"));
        Path file = Files.writeString(dir.resolve("source/large"), "x");
        var upload = new io.bactrian.plan.Work.Upload("large", io.bactrian.tree.Stat.of(file).orElseThrow());
        assertThat(link.uploads().queue(upload)).isTrue();

        routes.send("direct:send-contents", link, java.util.Map.of());

        assertThat(link.uploads().underWay()).isZero();
        assertUnhealthy("the upload of large failed", "OutOfMemoryError");
        assertComparesAll(link);
    }

    @Test
    void the_beginning_is_made_again() throws Exception {
        routes = RouteBench.source(dir).only("start-sources");
        int[] tries = new int[1];
        routes.start();
        routes.mock("direct:reconcile-source").whenAnyExchangeReceived(exchange -> {
            if (++tries[0] == 1) {
                exchange.setException(of("StackOverflowError"));
            }
        });

        routes.send("direct:start-sources", "", java.util.Map.of());

        assertThat(tries[0]).isEqualTo(2);
    }
}
