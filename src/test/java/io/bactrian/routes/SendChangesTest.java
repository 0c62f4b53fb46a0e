package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.change.TouchedPath;
import io.bactrian.index.IndexEntry;
import io.bactrian.link.Link;
import io.bactrian.link.Window;
import io.bactrian.plan.Batches;
import io.bactrian.plan.MemoryBudget;
import io.bactrian.plan.Work;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import io.bactrian.wire.Message;
import io.bactrian.wire.Message.Receipt;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes {@code send-changes} and {@code send-batch}, each alone. */
class SendChangesTest {
    private static final Message.Session SESSION = new Message.Session("L", 15, Digest.EMPTY, false, true);

    @TempDir
    Path dir;

    @AutoClose
    private RouteBench routes;
    private Link link;
    private long number;

    private void given(String route) throws IOException {
        routes = RouteBench.source(dir, "bactrian.content.inline=100").only(route.equals("send-changes") ? RouteBench.TURN : new String[] {route}).start();
        link = routes.link();
        link.open();
        link.connected(SESSION);
        if (route.equals("send-batch")) {
            link.begin(new Window(new Batches(1, 1, new MemoryBudget(1 << 20)), link.lease()::nextSequence, 4));
        }
    }

    // --- send-changes

    @Test
    void a_turn_sends_what_was_touched_and_then_gives_the_next_turn() throws Exception {
        given("send-changes");
        Files.writeString(dir.resolve("source/a"), "x");

        turn(TouchedPath.EVERYTHING);

        assertThat(paths()).containsExactly("", "a");
        assertThat(routes.received("direct:take-turn")).containsExactly(link);
        assertThat(routes.received("direct:open-link")).isEmpty();
        assertThat(link.lastError()).isEmpty();
    }

    @Test
    void a_turn_begins_with_a_session_if_there_is_none() throws Exception {
        given("send-changes");
        link.disconnect();
        Files.writeString(dir.resolve("source/a"), "x");
        routes.mock("direct:open-link").whenAnyExchangeReceived(exchange -> link.connected(SESSION));

        turn(TouchedPath.EVERYTHING);

        assertThat(routes.received("direct:open-link")).hasSize(1);
        assertThat(paths()).containsExactly("", "a");
    }

    @Test
    void a_large_file_goes_beside_the_batches() throws Exception {
        given("send-changes");
        Files.writeString(dir.resolve("source/large"), "x".repeat(101));
        Files.writeString(dir.resolve("source/small"), "x".repeat(100));

        RouteBench.await().until(() -> {
            turn(TouchedPath.EVERYTHING);
            return !routes.received("seda:send-contents").isEmpty();
        });

        assertThat(routes.received("seda:send-contents")).containsOnly(link);
        assertThat(link.uploads().next().map(Work.Upload::path)).contains("large");
        assertThat(paths()).contains("small").doesNotContain("large");
    }

    @Test
    void a_turn_that_failed_is_made_again_after_a_while_with_all_that_it_had_taken() throws Exception {
        given("send-changes");
        Files.writeString(dir.resolve("source/a"), "x");
        routes.mock("direct:send-batch").whenExchangeReceived(1, exchange -> {
            throw new ConnectException("Connection refused");
        });

        turn(TouchedPath.EVERYTHING);

        assertThat(link.takeTurn()).as("a turn at once").isFalse();
        assertThat(link.status().inStep()).isFalse();
        assertThat(link.session()).isEmpty();
        assertThat(link.pending()).isPositive();
        assertThat(link.lastError().orElseThrow().what()).contains("cannot reach", "Connection refused");
        assertThat(routes.received("direct:take-turn")).containsExactly(link);

        RouteBench.await().until(link::takeTurn);
        link.connected(SESSION);
        routes.template().sendBody("direct:send-changes", link);
        assertThat(batches().get(1).changes()).extracting(Change::path).containsExactly("", "a");
    }

    @Test
    void each_failure_doubles_the_wait() throws Exception {
        given("send-changes");
        routes.mock("direct:send-batch").whenAnyExchangeReceived(exchange -> {
            throw new ConnectException();
        });
        turn(TouchedPath.EVERYTHING);
        RouteBench.await().until(link::takeTurn);
        long failed = System.nanoTime();
        routes.template().sendBody("direct:send-changes", link);
        RouteBench.await().until(link::takeTurn);

        assertThat(System.nanoTime() - failed).isGreaterThanOrEqualTo(200_000_000L);
    }

    @Test
    void after_a_batch_that_failed_the_turn_ends_and_what_is_on_its_way_is_believed_no_more() throws Exception {
        given("send-changes");
        for (int i = 0; i < 3000; i++) {
            Files.createFile(dir.resolve("source/" + i));
        }
        routes.mock("direct:send-batch").whenExchangeReceived(2, exchange -> {
            throw new IOException("away");
        });

        turn(TouchedPath.EVERYTHING);

        assertThat(batches()).hasSizeBetween(2, 4);
        assertThat(link.lastError().orElseThrow().what()).contains("away");
        assertThat(link.session()).as("the session, under which others may still be on their way").isEmpty();
        assertThat(link.view().count()).isZero();
    }

    @Test
    void a_comparison_that_failed_leaves_the_session_as_it_is() throws Exception {
        given("send-changes");
        link.store().close();

        turn(TouchedPath.EVERYTHING);

        assertThat(link.session()).isPresent();
        assertThat(link.pending()).isPositive();
        assertThat(link.lastError()).isPresent();
    }

    private void turn(TouchedPath touched) {
        link.touch(List.of(touched));
        RouteBench.await().until(link::takeTurn);
        routes.template().sendBody("direct:send-changes", link);
    }

    private List<Work.Batch> batches() {
        return routes.received("direct:send-batch").stream().map(Work.Batch.class::cast).toList();
    }

    private List<String> paths() {
        return batches().stream().flatMap(batch -> batch.changes().stream()).map(Change::path).toList();
    }

    // --- send-batch

    @Test
    void the_view_holds_a_batch_only_once_it_was_answered() throws Exception {
        given("send-batch");
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            assertThat(exchange.getProperty("operation")).isEqualTo("receive-changes");
            assertThat(((Message.Changes) RouteBench.content(exchange)).changes()).hasSize(2);
            assertThat(link.view().count()).isZero();
            exchange.getMessage().setBody(new Receipt(2, 0, List.of()));
        });

        Exchange exchange = send(directory(""), file("a"));

        assertThat(exchange.getException()).isNull();
        assertThat(link.view().find("a")).contains(held(file("a")));
        assertThat(link.sent().totals().changes()).isEqualTo(2);
        assertThat(link.sent().totals().files()).isEqualTo(1);
    }

    @Test
    void the_view_stays_as_it_is_if_no_answer_came() throws Exception {
        given("send-batch");
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            throw new IOException("away");
        });

        Exchange exchange = send(directory(""), file("a"));

        assertThat(exchange.getException()).hasMessage("away");
        assertThat(link.view().count()).isZero();
    }

    @Test
    void a_removal_happens_in_the_view_when_the_target_has_answered_and_a_move_has_happened_there_before()
            throws Exception {
        given("send-batch");
        link.view().put(IndexEntry.unseen(new Entry.Directory("", 0755, Time.ofNanos(1))));
        link.view().put(IndexEntry.unseen(new Entry.Link("moved", Time.ofNanos(1), "t")));
        link.view().put(IndexEntry.unseen(new Entry.Link("gone", Time.ofNanos(1), "t")));
        answer();

        send(new PlannedChange(new Change.Move("l", "moved"), Optional.empty()),
                new PlannedChange(new Change.Remove("gone"), Optional.empty()));

        assertThat(link.view().children("")).extracting(IndexEntry::path).containsExactly("moved");
    }

    @Test
    void what_the_target_cannot_apply_is_a_trouble_and_the_rest_is_remembered() throws Exception {
        given("send-batch");
        answer(new Receipt.Failure(1, "bad", "cannot-apply", "Is a directory"));

        send(directory(""), file("bad"), file("good"));

        assertThat(link.view().find("bad")).isEmpty();
        assertThat(link.view().find("good")).isPresent();
        assertThat(link.heldPaths().list()).extracting("path", "what").containsExactly(
                org.assertj.core.groups.Tuple.tuple("bad", "Is a directory"));
        assertThat(link.sent().totals().files()).isEqualTo(1);
    }

    @Test
    void a_move_that_the_target_refused_makes_the_source_ask_what_the_target_holds() throws Exception {
        given("send-batch");
        link.connected(new io.bactrian.wire.Message.Session("lease", 60, link.view().digest(""), false, true));
        answer(new Receipt.Failure(0, "e", "cannot-apply", "in the way"));
        assertThat(link.needsSession()).isFalse();

        send(new PlannedChange(new Change.Move("d", "e"), Optional.empty()));

        assertThat(link.needsSession()).isTrue();
        link.connected(new io.bactrian.wire.Message.Session("lease", 60, link.view().digest(""), false, true));
        assertThat(link.needsSession()).isFalse();
    }

    @Test
    void content_that_did_not_arrive_is_sent_again() throws Exception {
        given("send-batch");
        link.view().put(IndexEntry.unseen(new Entry.Directory("", 0755, Time.ofNanos(1))));
        link.view().put(held(file("lost")));
        answer(new Receipt.Failure(0, "lost", "content-missing", "where is it?"),
                new Receipt.Failure(1, "spoilt", "digest-mismatch", "other content"));

        send(file("lost"), file("spoilt"));

        assertThat(link.heldPaths().list()).isEmpty();
        assertThat(link.uploads().isSentWhole("lost")).isTrue();
        assertThat(link.view().find("lost")).as("what the view is sure of").isEmpty();
        RouteBench.await().until(link::takeTurn);
        assertThat(link.take()).containsExactly(TouchedPath.entry("lost"), TouchedPath.entry("spoilt"));

        answer();
        send(file("lost"));
        assertThat(link.uploads().isSentWhole("lost")).isFalse();
    }

    @Test
    void what_the_target_holds_already_is_remembered_without_a_request() throws Exception {
        given("send-batch");

        routes.send("direct:send-batch", new Work.Batch(0, 1, List.of(), List.of(held(file("a")))), Map.of("link", link));

        assertThat(routes.received("direct:call-target")).isEmpty();
        assertThat(link.view().find("a")).contains(held(file("a")));
    }

    private void answer(Receipt.Failure... failures) {
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange ->
                exchange.getMessage().setBody(new Receipt(1, 0, List.of(failures))));
    }

    private Exchange send(PlannedChange... planned) {
        return routes.send("direct:send-batch", new Work.Batch(number++, 1, List.of(planned), List.of()), Map.of("link", link));
    }

    private static PlannedChange directory(String path) {
        Change.MakeDirectory change = new Change.MakeDirectory(path, 0755, Time.ofNanos(1));
        return new PlannedChange(change, Optional.of(IndexEntry.unseen(change.entry())));
    }

    private static PlannedChange file(String path) {
        Change.WriteFile change = new Change.WriteFile(path, 0644, Time.ofNanos(1), 0, Digest.EMPTY, Optional.of(new byte[0]));
        return new PlannedChange(change, Optional.of(new IndexEntry(change.entry(), 5, 7)));
    }

    private static IndexEntry held(PlannedChange planned) {
        return planned.after().orElseThrow();
    }
}
