package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import io.bactrian.host.Finish;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.link.Link;
import io.bactrian.link.TreeQuery;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import io.bactrian.wire.Message;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route {@code verify-target} alone: what the target holds is put into the view as {@code learn-view} would. */
class VerifyTargetTest {
    @TempDir
    Path dir;

    @AutoClose
    private RouteBench routes;
    private Finish finish;
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        directory = RouteBench.makeDirectory(dir.resolve("directory"));
        Files.writeString(directory.resolve("f"), "content");
        routes = RouteBench.with("bactrian.role.verify=true", "bactrian.verify.directory=" + directory,
                "bactrian.verify.target=" + RouteBench.NOBODY).only("verify-target").start();
        // which is gone from the registry when the context that it ends has stopped
        finish = routes.bean("finish", Finish.class);
    }

    @Test
    void ends_well_if_the_target_holds_the_same() {
        targetHolds("content");

        verify();

        assertThat(finish.outcome()).contains(Finish.Outcome.DONE);
    }

    @Test
    void ends_with_differences_if_it_holds_something_else_and_changes_neither() throws Exception {
        targetHolds("Content");

        verify();

        assertThat(finish.outcome()).contains(Finish.Outcome.DIFFERENCES);
        assertThat(directory.resolve("f")).hasContent("content");
    }

    @Test
    void makes_the_target_read_its_content_before_the_comparison() {
        targetHolds("content");
        // The end of the run ends the context, which forgets what its mocks received.
        List<String> happened = new CopyOnWriteArrayList<>();
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            happened.add(exchange.getProperty("operation", String.class));
            exchange.getMessage().setBody(new Message.Scrub("run", happened.size() > 1, false, 0, 0, 0, List.of()));
        });
        routes.mock("direct:learn-view").whenAnyExchangeReceived(exchange -> happened.add("learn, rescan "
                + exchange.getProperty("query", TreeQuery.class).ask().rescan()));

        verify();

        assertThat(happened).containsExactly("ask-scrub", "ask-scrub", "learn, rescan false");
    }

    @Test
    void goes_by_what_is_there_and_not_by_what_the_targets_index_says() throws Exception {
        targetHolds("content");
        Stat file = Stat.of(directory.resolve("f")).orElseThrow();
        Entry.File held = new Entry.File("f", file.mode(), file.modified(), file.size(), Digest.of("content".getBytes()));
        Entry.File is = new Entry.File("f", file.mode(), file.modified(), file.size(), Digest.of("Content".getBytes()));
        finds(new Message.Scrub.Finding("f", "damaged", Optional.of(held), Optional.of(is)));

        verify();

        assertThat(finish.outcome()).contains(Finish.Outcome.DIFFERENCES);
    }

    @Test
    void a_finding_that_was_repaired_meanwhile_is_none() {
        targetHolds("content");
        Entry.File before = new Entry.File("f", 0, Time.ofNanos(0), 0, Digest.EMPTY);
        finds(new Message.Scrub.Finding("f", "damaged", Optional.of(before), Optional.empty()));
        verify();
        assertThat(finish.outcome()).contains(Finish.Outcome.DONE);
    }

    @Test
    void what_the_target_cannot_read_is_a_difference() {
        targetHolds("content");
        finds(new Message.Scrub.Finding("f", "cannot be read: Input/output error", Optional.empty(), Optional.empty()));

        verify();

        assertThat(finish.outcome()).contains(Finish.Outcome.DIFFERENCES);
    }

    private void finds(Message.Scrub.Finding finding) {
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> exchange.getMessage().setBody(
                new Message.Scrub("run", true, false, 0, 0, 1, List.of(finding))));
    }

    @Test
    void a_target_that_cannot_be_asked_is_neither_the_same_nor_different() {
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            throw new IOException("away");
        });

        Exchange exchange = verify();

        assertThat(finish.outcome()).contains(Finish.Outcome.FAILED);
        assertThat(exchange.getMessage().getBody(String.class)).contains(RouteBench.NOBODY, "away");
    }

    private Exchange verify() {
        return routes.template().request("direct:verify-target", exchange -> { });
    }

    /** The same directory with one file of this content, which has the same stat. */
    private void targetHolds(String content) {
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> exchange.getMessage().setBody(
                new Message.Scrub("run", true, false, 1, 7, 0, List.of())));
        routes.mock("direct:learn-view").whenAnyExchangeReceived(exchange -> {
            Index view = exchange.getProperty("link", Link.class).view();
            Stat root = Stat.of(directory).orElseThrow();
            Stat file = Stat.of(directory.resolve("f")).orElseThrow();
            view.put(IndexEntry.unseen(new Entry.Directory("", root.mode(), root.modified())));
            view.put(IndexEntry.unseen(new Entry.File("f", file.mode(), file.modified(), file.size(), Digest.of(content.getBytes()))));
        });
    }
}
