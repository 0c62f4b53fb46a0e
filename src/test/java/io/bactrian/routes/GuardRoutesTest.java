package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.bactrian.Processes;
import io.bactrian.access.Call;
import io.bactrian.change.Change;
import io.bactrian.change.GuardTrippedException;
import io.bactrian.change.TouchedPath;
import io.bactrian.index.IndexEntry;
import io.bactrian.link.Link;
import io.bactrian.mirror.Mirror;
import io.bactrian.target.Mirrors;
import io.bactrian.target.Request;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import io.bactrian.watch.WatchState;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guards' steps in {@code send-changes} and {@code apply-batch}, and the routes of commands, each alone. */
class GuardRoutesTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Message.Session SESSION = new Message.Session("L", 15, Digest.EMPTY, false, true);

    @TempDir
    Path dir;
    @AutoClose
    private RouteBench routes;

    // --- send-changes

    private Link sourceThatLost(int files, String... properties) throws Exception {
        routes = RouteBench.source(dir, properties).only(RouteBench.TURN).start();
        Link link = routes.link();
        link.open();
        link.connected(SESSION);
        Files.writeString(dir.resolve("source/kept"), "x");
        link.view().put(IndexEntry.unseen(new Entry.Directory("", 0755, Time.ofNanos(1))));
        for (int i = 0; i < files; i++) {
            link.view().put(IndexEntry.unseen(new Entry.File("gone" + i, 0644, Time.ofNanos(1), 0, Digest.EMPTY)));
        }
        link.view().commit();
        return link;
    }

    private Exchange turn(Link link) {
        link.touch(List.of(TouchedPath.EVERYTHING));
        link.takeTurn();
        return routes.template().request("direct:send-changes", exchange -> exchange.getMessage().setBody(link));
    }

    @Test
    void send_changes_sends_all_but_removals_of_a_comparison_that_would_remove_too_much() throws Exception {
        Link link = sourceThatLost(101);

        assertThat(turn(link).getException()).isNull();

        assertThat(changes()).isNotEmpty().noneMatch(Change.Remove.class::isInstance);
        assertThat(link.state()).isEqualTo("guard tripped");
        assertThat(link.status().inStep()).isFalse();
        assertThat(link.guard().tripped()).hasValueSatisfying(why -> assertThat(why).contains("101 of 101", "allow-removals"));
        assertThat(link.guard().reason(true)).hasValueSatisfying(why -> assertThat(why)
                .startsWith("guard tripped: 101 removals wait; all else in step").contains("101 of 101", "gone", "allow-removals"));
        assertThat(link.takeTurn()).as("a look before its time").isFalse();
        link.guard().release();
        link.connected(new Message.Session("L", 15, link.view().digest(""), false, true));
        turn(link);
        assertThat(changes()).anyMatch(Change.Remove.class::isInstance);
        assertThat(link.guard().tripped()).isEmpty();
    }

    @Test
    void entries_missing_in_a_rescan_are_checked_again_before_the_guard_trips() throws Exception {
        Link link = sourceThatLost(0);
        WatchState watching = new WatchState(dir.resolve("source"), "", 1, Instant.EPOCH);
        link.watchCoverage().watchedBy(() -> Optional.of(watching));
        turn(link);
        for (int i = 0; i < 101; i++) {
            link.view().put(IndexEntry.unseen(new Entry.File("gone" + i, 0644, Time.ofNanos(1), 0, Digest.EMPTY)));
        }

        turn(link);

        assertThat(changes()).noneMatch(Change.Remove.class::isInstance);
        assertThat(link.guard().tripped()).as("asked before its events can have come").isEmpty();
        assertThat(link.status().inStep()).isFalse();
        RouteBench.await().until(() -> {
            turn(link);
            return link.guard().tripped().isPresent();
        });
        assertThat(changes()).noneMatch(Change.Remove.class::isInstance);
    }

    /** A run that ends by itself watches nothing: what was removed while it went on is removed when it is found missing. */
    @Test
    void nothing_is_waited_for_where_no_watch_will_tell() throws Exception {
        Link link = sourceThatLost(0, "bactrian.once=true");
        turn(link);
        turn(link);
        link.view().put(IndexEntry.unseen(new Entry.File("gone", 0644, Time.ofNanos(1), 0, Digest.EMPTY)));

        turn(link);

        assertThat(changes()).contains(new Change.Remove("gone"));
    }

    private List<Change> changes() {
        return routes.received("direct:send-batch").stream()
                .flatMap(batch -> ((io.bactrian.plan.Work.Batch) batch).changes().stream()).toList();
    }

    @Test
    void send_changes_asks_nobody_where_there_is_no_guard() throws Exception {
        Link link = sourceThatLost(101, "bactrian.source.default.guard=off");

        turn(link);

        assertThat(routes.received("direct:send-batch")).isNotEmpty();
    }

    @Test
    void send_changes_rests_when_the_guard_of_its_target_has_tripped() throws Exception {
        Link link = sourceThatLost(1);
        routes.mock("direct:send-batch").whenAnyExchangeReceived(exchange -> {
            throw new ProblemException(Problem.guardTripped("guard tripped: too much"));
        });

        turn(link);

        assertThat(link.guard().tripped()).hasValueSatisfying(why -> assertThat(why).contains(RouteBench.NOBODY, "too much"));
        assertThat(link.guard().isPausing()).isTrue();
    }

    // --- apply-batch

    private Mirror targetWith101Files(String... properties) throws Exception {
        Path replica = RouteBench.makeDirectory(dir.resolve("target"));
        for (int i = 0; i < 101; i++) {
            Files.createFile(replica.resolve("f" + i));
        }
        routes = RouteBench.target(dir, properties).only("apply-batch").start();
        routes.bean("mirrors", Mirrors.class).scan();
        return routes.bean("mirrors", Mirrors.class).find("default").orElseThrow();
    }

    private static List<Change> removeAll() {
        return java.util.stream.IntStream.range(0, 101).<Change>mapToObj(i -> new Change.Remove("f" + i)).toList();
    }

    private static String leaseOf(Mirror mirror) throws Exception {
        String lease = mirror.lease().open("a sender", "one", Optional.empty());
        mirror.sequence().begin(lease);
        return lease;
    }

    @Test
    void apply_batch_applies_what_the_sender_says_was_seen_to_be_removed() throws Exception {
        Mirror mirror = targetWith101Files();

        assertThat(apply(mirror, leaseOf(mirror), "k", removeAll(), "Bactrian-Witnessed", "removals").getException()).isNull();

        assertThat(routes.received("direct:apply-changes")).hasSize(1);
        assertThat(mirror.status().guard()).isEmpty();
    }

    @Test
    void apply_batch_takes_nothing_else_for_such_a_word() throws Exception {
        Mirror mirror = targetWith101Files();

        assertThat(apply(mirror, leaseOf(mirror), "k", removeAll(), "Bactrian-Witnessed", "yes").getException())
                .isInstanceOf(GuardTrippedException.class);
    }

    @Test
    void apply_batch_applies_nothing_of_what_would_remove_too_much() throws Exception {
        Mirror mirror = targetWith101Files();
        String lease = leaseOf(mirror);
        List<Change> all = removeAll();

        Exchange exchange = apply(mirror, lease, "k", all);

        assertThat(exchange.getException()).isInstanceOf(GuardTrippedException.class);
        assertThat(routes.received("direct:apply-changes")).isEmpty();
        assertThat(mirror.status().guard()).hasValueSatisfying(why -> assertThat(why).contains("101 of 101"));
        assertThat(apply(mirror, lease, "l", List.of()).getException()).as("any other").isInstanceOf(GuardTrippedException.class);
        mirror.replica().removalGuard().release();
        assertThat(apply(mirror, lease, "m", all).getException()).isNull();
        assertThat(routes.received("direct:apply-changes")).hasSize(1);
    }

    private Exchange apply(Mirror mirror, String lease, String key, List<Change> changes, String... more) {
        io.netty.handler.codec.http.HttpHeaders headers = new io.netty.handler.codec.http.DefaultHttpHeaders();
        headers.set("Bactrian-Lease", lease);
        headers.set("Idempotency-Key", key);
        for (int i = 0; i < more.length; i += 2) {
            headers.set(more[i], more[i + 1]);
        }
        return routes.send("direct:apply-batch", Codec.JSON.write(new Message.Changes(changes)),
                Map.of("request", new Request(new Call("POST", "default", "changes", ""), mirror, headers)));
    }

    // --- serve-management: allow-removals

    private HttpResponse<String> command(int port, String method, String path, String type) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofString("{}")).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void allow_removals_releases_the_guards_of_one_mirror_unless_a_web_page_could_have_sent_it() throws Exception {
        int port = Processes.freePort();
        routes = RouteBench.source(dir, "bactrian.management.port=" + port).only("serve-management").start();
        Link link = routes.link();
        assertThat(command(port, "POST", "/mirrors/default/removals", "application/json").body()).isEqualTo("{\"allowed\":[]}");
        link.guard().trip("why", new io.bactrian.change.RemovalSummary(101, 102, List.of("gone")));

        assertThat(command(port, "POST", "/mirrors/default/removals", "text/plain").statusCode()).isEqualTo(400);
        assertThat(command(port, "GET", "/mirrors/default/removals", "application/json").statusCode()).isEqualTo(404);
        assertThat(command(port, "POST", "/mirrors/default", "application/json").statusCode()).isEqualTo(404);
        assertThat(command(port, "POST", "/mirrors/default/other", "application/json").statusCode()).isEqualTo(404);
        assertThat(command(port, "GET", "/mirrors/default/status", "application/json").statusCode()).isEqualTo(404);
        assertThat(command(port, "POST", "/status", "application/json").statusCode()).isEqualTo(405);
        assertThat(command(port, "GET", "/nothing", "application/json").statusCode()).isEqualTo(404);
        assertThat(command(port, "POST", "/mirrors/other/removals", "application/json").body()).contains("There is no mirror of this name");
        assertThat(link.guard().limit().isExceeded(101, 102)).isTrue();

        assertThat(command(port, "POST", "/mirrors/-/removals", "application/json").body()).contains("101 of 102", "gone");
        assertThat(link.guard().limit().isExceeded(101, 102)).isFalse();
    }
}
