package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.bactrian.Processes;
import io.bactrian.access.Call;
import io.bactrian.mirror.Mirror;
import io.bactrian.mirror.ScrubRun;
import io.bactrian.target.Mirrors;
import io.bactrian.target.Request;
import io.bactrian.target.Scrubber;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import io.bactrian.wire.ProblemException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The routes that read a replica anew, each alone, and all of them over the management port. */
@Timeout(600)
class ScrubRoutesTest {
    @TempDir
    Path dir;
    @AutoClose
    private RouteBench routes;
    private Mirror mirror;

    private void given(String route, String... properties) throws Exception {
        Files.writeString(RouteBench.makeDirectory(dir.resolve("target")).resolve("f"), "content");
        String[] all = java.util.Arrays.copyOf(properties, properties.length + 1);
        all[properties.length] = "bactrian.management.port=" + Processes.freePort();
        routes = RouteBench.target(dir, all);
        (route.isEmpty() ? routes : routes.only(route)).start();
        if (!route.isEmpty()) {
            routes.bean("mirrors", Mirrors.class).scan();
        }
        mirror = routes.bean("mirrors", Mirrors.class).find("default").orElseThrow();
    }

    @Test
    void scrub_replicas_begins_what_somebody_wants_once_and_never_by_itself() throws Exception {
        given("scrub-replicas");
        routes.template().sendBody("direct:scrub-replicas", "");
        assertThat(routes.received("seda:scrub-replica")).isEmpty();
        mirror.scrubs().want(true);

        routes.template().sendBody("direct:scrub-replicas", "");
        routes.template().sendBody("direct:scrub-replicas", "");

        assertThat(routes.received("seda:scrub-replica")).containsExactly(mirror);
    }

    @Test
    void check_replicas_finds_what_somebody_else_changed_when_its_time_has_come_and_not_before() throws Exception {
        given("check-replicas", "bactrian.target.default.check=1s");
        routes.template().sendBody("direct:check-replicas", "");
        assertThat(mirror.check().status().looks().count()).isZero();
        Files.writeString(dir.resolve("target/f"), "other");

        RouteBench.await().until(() -> {
            routes.template().sendBody("direct:check-replicas", "");
            return mirror.check().status().found() > 0;
        });

        assertThat(mirror.check().status().last()).hasValueSatisfying(last -> assertThat(last.path()).isEqualTo("f"));
        assertThat(mirror.check().status().found()).isOne();
        assertThat(mirror.replica().index().find("f").orElseThrow().entry()).isInstanceOfSatisfying(Entry.File.class,
                file -> assertThat(file.digest()).isEqualTo(Digest.of("other".getBytes())));
    }

    @Test
    void check_replicas_never_looks_if_told_so() throws Exception {
        given("check-replicas", "bactrian.target.default.check=0");

        routes.template().sendBody("direct:check-replicas", "");

        assertThat(mirror.check().status().looks().every()).isZero();
        assertThat(mirror.check().status().looks().count()).isZero();
    }

    @Test
    void scrub_replicas_begins_one_when_its_time_has_come_and_the_last_is_over() throws Exception {
        given("scrub-replicas", "bactrian.target.default.scrub=3s");

        RouteBench.await().until(() -> {
            routes.template().sendBody("direct:scrub-replicas", "");
            return !routes.received("seda:scrub-replica").isEmpty();
        });

        assertThat(mirror.scrubs().last()).hasValueSatisfying(run -> assertThat(run.repairs()).isTrue());
        // One that is over at once is no reason for another.
        mirror.scrubs().last().orElseThrow().end("");
        routes.template().sendBody("direct:scrub-replicas", "");
        assertThat(routes.received("seda:scrub-replica")).hasSize(1);
    }

    @Test
    void scrub_replica_that_an_error_ends_did_not_come_to_its_end_and_is_made_again_later() throws Exception {
        given("scrub-replica");
        ScrubRun run = new ScrubRun("default", true, mirror.received().repairs()) {
            @Override
            public synchronized void read(long more) {
                throw new StackOverflowError("thrown by a test");
            }
        };
        mirror.scrubs().begin(run);

        routes.template().sendBody("direct:scrub-replica", mirror);

        assertThat(run.isDone()).isTrue();
        assertThat(mirror.status().scrubs().last()).isEmpty();
        assertThat(mirror.status().unhealthy()).anySatisfy(why -> assertThat(why).contains("scrub failed", "StackOverflowError"));
        assertThat(mirror.scrubs().isDueAgain()).isTrue();
    }

    @Test
    void scrub_replica_reads_all_and_says_how_it_ended() throws Exception {
        given("scrub-replica");
        Files.writeString(dir.resolve("target/extra"), "x");
        ScrubRun run = mirror.scrubs().want(true);

        routes.template().sendBody("direct:scrub-replica", mirror);

        Message.Scrub told = run.tell(0, 0);
        assertThat(told.done()).isTrue();
        assertThat(told.files()).isEqualTo(2);
        assertThat(told.findings()).extracting(finding -> finding.what() + ": " + finding.path())
                .contains("not from the source: extra");
        assertThat(mirror.replica().index().find("extra")).isPresent();
        assertThat(mirror.status().scrub()).hasValueSatisfying(is -> assertThat(is.done()).isTrue());
    }

    @Test
    void scrub_replica_ends_though_the_replica_is_gone() throws Exception {
        given("scrub-replica");
        ScrubRun run = mirror.scrubs().want(true);
        Files.move(dir.resolve("target"), dir.resolve("elsewhere"));

        routes.template().sendBody("direct:scrub-replica", mirror);

        assertThat(run.isDone()).isTrue();
        assertThat(mirror.status().lastError()).hasValueSatisfying(is -> assertThat(is.what()).contains("scrub failed"));
        Files.move(dir.resolve("elsewhere"), dir.resolve("target"));
    }

    @Test
    void ask_scrub_begins_one_that_repairs_nothing_and_tells_each_finding_once() throws Exception {
        given("ask-scrub");
        Message.Scrub first = ask(Optional.empty(), 0);
        assertThat(first.repairs()).isFalse();
        assertThat(first.done()).isFalse();
        mirror.scrubs().last().orElseThrow().found(new io.bactrian.replica.scrub.Discrepancy("f", "damaged", Optional.empty(), Optional.empty()));

        assertThat(ask(Optional.of(first.run()), 0).findings()).hasSize(1);
        assertThat(ask(Optional.of(first.run()), 1).findings()).isEmpty();
        assertThat(ask(Optional.empty(), 0).run()).as("the one under way").isEqualTo(first.run());
        mirror.scrubs().last().orElseThrow().end("");
        assertThat(ask(Optional.of(first.run()), 0)).satisfies(last -> assertThat(last.done()).isTrue());
        assertThat(ask(Optional.empty(), 0).run()).as("a new one").isNotEqualTo(first.run());
        assertThat(send("ask-scrub", new Message.AskScrub(Optional.of("another"), 0)).getException())
                .isInstanceOf(ProblemException.class).hasMessageContaining("no longer known");
    }

    private Message.Scrub ask(Optional<String> run, long after) {
        return send("ask-scrub", new Message.AskScrub(run, after)).getMessage().getBody(Message.Scrub.class);
    }

    private Exchange send(String route, Message message) {
        return routes.send("direct:" + route, Codec.JSON.write(message),
                Map.of("request", new Request(new Call("POST", "default", "scrub", ""), mirror, new DefaultHttpHeaders())));
    }

    @Test
    void a_scrub_is_begun_as_a_person_wants_it() throws Exception {
        given("ask-scrub");
        Scrubber scrubber = routes.bean("scrubber", Scrubber.class);

        assertThat(scrubber.begin("-", "{\"repair\":false}".getBytes()).run()).isEqualTo(mirror.scrubs().last().orElseThrow().id());
        assertThatThrownBy(() -> scrubber.begin("default", "{\"repair\":true}".getBytes())).hasMessageContaining("without repair is running");
        assertThatThrownBy(() -> scrubber.begin("other", "{\"repair\":true}".getBytes())).hasMessageContaining("Say which mirror: default");
        assertThatThrownBy(() -> scrubber.begin("-", "{\"repairs\":true}".getBytes())).isInstanceOf(ProblemException.class);
    }

    @Test
    void the_last_scrub_is_told_of() throws Exception {
        given("ask-scrub");
        Scrubber scrubber = routes.bean("scrubber", Scrubber.class);
        assertThatThrownBy(() -> scrubber.progress("-", 0)).hasMessageContaining("No scrub has run yet");
        ScrubRun run = mirror.scrubs().want(true);
        run.end("");

        assertThat(scrubber.progress("-", 0)).isEqualTo(run.tell(0, 0));
    }

    @Test
    void a_scrub_is_begun_and_followed_over_the_management_port() throws Exception {
        given("");
        assertThat(mirror.awaitReady(java.time.Duration.ofSeconds(60))).isTrue();
        String uri = routes.context().resolvePropertyPlaceholders("http://127.0.0.1:{{bactrian.management.port}}/mirrors/default/scrub");
        HttpClient http = HttpClient.newHttpClient();
        HttpResponse<String> begun = http.send(HttpRequest.newBuilder(URI.create(uri)).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"repair\":true}")).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);

        RouteBench.await().until(() -> http.send(HttpRequest.newBuilder(URI.create(uri + "?after=0")).build(),
                HttpResponse.BodyHandlers.ofString()).body().contains("\"done\":true"));

        assertThat(mirror.scrubs().last().orElseThrow().tell(0, 0).findings()).isEqualTo(List.of());
    }
}
