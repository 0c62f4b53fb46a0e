package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.bactrian.change.TouchedPath;
import io.bactrian.host.Finish;
import io.bactrian.link.Link;
import io.bactrian.source.Links;
import io.bactrian.tree.Digest;
import io.bactrian.wire.Message;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short routes of a source, each alone. */
class SourceRoutesTest {
    private static final Map<String, Object> SOURCE = Map.of("source", "default");
    private static final Message.Session SESSION = new Message.Session("L", 15, Digest.EMPTY, false, true);

    @TempDir
    Path dir;

    @AutoClose
    private RouteBench routes;

    private void given(String route, String... properties) {
        routes = RouteBench.source(dir, properties).only(route).start();
    }

    @Test
    void start_sources_watches_before_it_compares() throws Exception {
        given("start-sources");
        boolean[] watched = new boolean[1];
        routes.mock("direct:reconcile-source").whenAnyExchangeReceived(exchange ->
                watched[0] = routes.context().getRouteController().getRouteStatus("watch-source-default").isStarted());

        routes.template().sendBody("direct:start-sources", "");

        routes.mock("direct:reconcile-source").expectedPropertyReceived("source", "default");
        routes.mock("direct:reconcile-source").expectedMessageCount(1);
        routes.mock("direct:reconcile-source").assertIsSatisfied();
        assertThat(watched[0]).isTrue();
    }

    @Test
    void start_sources_watches_nothing_if_the_run_ends_by_itself() throws Exception {
        routes = RouteBench.source(dir, "bactrian.once=true").only("start-sources").start();

        routes.template().sendBody("direct:start-sources", "");

        routes.mock("direct:reconcile-source").expectedMessageCount(1);
        routes.mock("direct:reconcile-source").assertIsSatisfied();
        assertThat(routes.context().getRoute("watch-source-default")).isNull();
    }

    @Test
    void reconcile_source_asks_for_the_whole_tree() {
        given("reconcile-source");

        routes.send("direct:reconcile-source", "", SOURCE);

        assertThat(routes.received("direct:queue-changes")).containsExactly(List.of(TouchedPath.EVERYTHING));
    }

    @Test
    void rescan_sources_waits_for_a_source_its_time_and_no_longer() {
        given("rescan-sources", "bactrian.source.default.rescan=1s");

        routes.template().sendBody("direct:rescan-sources", "");
        assertThat(routes.received("direct:reconcile-source")).isEmpty();

        RouteBench.await().until(() -> {
            routes.template().sendBody("direct:rescan-sources", "");
            return !routes.received("direct:reconcile-source").isEmpty();
        });
        routes.template().sendBody("direct:rescan-sources", "");
        assertThat(routes.mock("direct:reconcile-source").getReceivedExchanges())
                .extracting(exchange -> exchange.getProperty("source")).containsExactly("default");
    }

    @Test
    void rescan_sources_never_does_it_if_told_so() {
        given("rescan-sources", "bactrian.source.default.rescan=0");

        routes.template().sendBody("direct:rescan-sources", "");
        routes.template().sendBody("direct:rescan-sources", "");

        assertThat(routes.received("direct:reconcile-source")).isEmpty();
    }

    @Test
    void queue_changes_gives_each_target_of_the_source_what_was_touched() {
        RouteBench.makeDirectory(dir.resolve("other"));
        given("queue-changes", "bactrian.source.default.targets=http://a:1,http://b:1",
                "bactrian.source.other.directory=" + dir.resolve("other"),
                "bactrian.source.other.targets=http://c:1");

        routes.send("direct:queue-changes", List.of(TouchedPath.entry("x"), TouchedPath.entry("y")), SOURCE);

        List<Link> links = routes.bean("links", Links.class).all();
        assertThat(links).extracting(Link::pending).containsExactly(2L, 2L, 0L);
        assertThat(routes.received("direct:take-turn")).containsExactly(links.get(0), links.get(1));
    }

    @Test
    void take_turn_lets_a_link_send_that_is_not_sending_already() {
        given("take-turn");

        routes.template().sendBody("direct:take-turn", routes.link());
        routes.template().sendBody("direct:take-turn", routes.link());

        assertThat(routes.received("seda:send-changes")).containsExactly(routes.link());
    }

    @Test
    void take_turn_leaves_a_link_alone_that_has_no_reason() {
        given("take-turn");
        connect();

        routes.template().sendBody("direct:take-turn", routes.link());

        assertThat(routes.received("seda:send-changes")).isEmpty();
    }

    @Test
    void tend_links_gives_every_link_its_turn() {
        given("tend-links", "bactrian.source.default.targets=http://a:1,http://b:1");

        routes.template().sendBody("direct:tend-links", "");

        assertThat(routes.received("direct:take-turn")).isEqualTo(routes.bean("links", Links.class).all());
        assertThat(routes.received("direct:finish-if-done")).hasSize(1);
    }

    @Test
    void finish_if_done_finishes_a_process_that_is_to_run_once_when_all_is_in_step() {
        given("finish-if-done", "bactrian.once=true");
        routes.template().sendBody("direct:finish-if-done", "");
        assertThat(routes.received("direct:finish-once")).isEmpty();

        connect();
        compareEverything();
        routes.template().sendBody("direct:finish-if-done", "");

        assertThat(routes.received("direct:finish-once")).hasSize(1);
    }

    @Test
    void finish_if_done_goes_on_in_step_if_it_is_not_to_run_once() {
        given("finish-if-done");
        connect();
        compareEverything();

        routes.template().sendBody("direct:finish-if-done", "");

        assertThat(routes.received("direct:finish-once")).isEmpty();
    }

    @Test
    void finish_once_ends_well_after_the_leases_are_given_back() {
        given("finish-once");

        Finish finish = routes.bean("finish", Finish.class);
        routes.template().sendBody("direct:finish-once", "");

        assertThat(routes.received("direct:release-links")).hasSize(1);
        assertThat(finish.outcome()).contains(Finish.Outcome.DONE);
    }

    @Test
    void finish_once_ends_badly_if_a_path_was_left_over() {
        given("finish-once");
        routes.link().heldPaths().add("default", "secret", "cannot be read");

        Finish finish = routes.bean("finish", Finish.class);
        routes.template().sendBody("direct:finish-once", "");

        assertThat(finish.outcome()).contains(Finish.Outcome.FAILED);
    }

    @Test
    void release_links_gives_every_lease_back_although_one_target_is_away() throws IOException {
        given("release-links", "bactrian.source.default.targets=http://a:1,http://b:1,http://never-met:1");
        List<Link> links = routes.bean("links", Links.class).all();
        for (Link link : links.subList(0, 2)) {
            link.open();
            link.connected(SESSION);
        }
        routes.mock("direct:call-target").whenExchangeReceived(1, exchange -> {
            throw new IOException("away");
        });

        Exchange exchange = routes.send("direct:release-links", "", Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(routes.mock("direct:call-target").getReceivedExchanges())
                .extracting(call -> call.getProperty("operation") + " " + call.getProperty("link", Link.class).target())
                .containsExactly("close-session http://a:1/v1/default", "close-session http://b:1/v1/default");
        links.forEach(link -> link.touch(List.of(TouchedPath.EVERYTHING)));
        assertThat(links).as("none begins again").noneMatch(Link::takeTurn);
        assertThat(links.get(1).session()).isEmpty();
    }

    private void connect() {
        try {
            routes.link().open();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        routes.link().connected(SESSION);
    }

    private void compareEverything() {
        routes.link().touch(List.of(TouchedPath.EVERYTHING));
        routes.link().takeTurn();
        routes.link().take();
        routes.link().turnDone();
    }
}
