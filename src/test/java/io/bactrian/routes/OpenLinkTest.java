package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.bactrian.change.TouchedPath;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.link.Link;
import io.bactrian.link.TreeQuery;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import io.bactrian.wire.Message;
import io.bactrian.wire.Message.CompareTree;
import io.bactrian.wire.Message.Tree;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes {@code open-link} and {@code learn-view}, each alone, and how a view is learned. */
class OpenLinkTest {
    @TempDir
    Path dir;

    private RouteBench routes;

    @AfterEach
    void stop() {
        if (routes != null) {
            routes.close();
        }
    }

    @Test
    void open_link_asks_nothing_more_if_the_view_is_what_the_target_holds() throws Exception {
        routes = RouteBench.source(dir).only("open-link").start();
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> exchange.getMessage()
                .setBody(new Message.Session("L", 15, routes.link().view().digest(""), false, true)));

        Exchange exchange = routes.send("direct:open-link", "", Map.of("link", routes.link()));

        assertThat(exchange.getException()).isNull();
        assertThat(routes.link().session()).isPresent();
        assertThat(routes.received("direct:learn-view")).isEmpty();
        assertThat(routes.link().pending()).isZero();
    }

    @Test
    void open_link_learns_the_view_and_compares_everything_if_the_target_holds_something_else() throws Exception {
        routes = RouteBench.source(dir).only("open-link").start();
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> exchange.getMessage()
                .setBody(new Message.Session("L", 15, Digest.of("other".getBytes()), false, true)));

        routes.send("direct:open-link", "", Map.of("link", routes.link()));

        assertThat(routes.received("direct:learn-view")).hasSize(1);
        assertThat(routes.link().take()).containsExactly(TouchedPath.EVERYTHING);
    }

    @Test
    void learn_view_asks_until_nothing_is_open() throws Exception {
        routes = RouteBench.source(dir).only("learn-view").start();
        Link link = routes.link();
        link.open();
        try (Index target = Index.inMemory()) {
            fill(target);
            routes.mock("direct:call-target").whenAnyExchangeReceived(exchange ->
                    exchange.getMessage().setBody(tell(target, exchange.getMessage().getBody(CompareTree.class), 2)));

            Exchange exchange = routes.send("direct:learn-view", "",
                    Map.of("link", link, "query", new TreeQuery(link.view(), false)));

            assertThat(exchange.getException()).isNull();
            assertThat(exchange.getProperty("operation")).isEqualTo("compare-tree");
            assertThat(link.view().digest("")).isEqualTo(target.digest(""));
        }
    }

    @Test
    void what_a_view_has_too_much_goes_and_what_is_the_same_keeps_its_stat() {
        try (Index target = Index.inMemory(); Index view = Index.inMemory()) {
            fill(target);
            fill(view);
            view.put(new IndexEntry(file("d3/same"), 5, 6));
            target.put(IndexEntry.unseen(file("d3/same")));
            target.put(IndexEntry.unseen(file("d3/new")));
            view.put(IndexEntry.unseen(new Entry.Directory("d3/gone", 0755, Time.ofNanos(1))));
            view.put(IndexEntry.unseen(file("d3/gone/f")));
            view.put(new IndexEntry(new Entry.Directory("d3", 0755, Time.ofNanos(2)), 5, 7));

            for (int page : new int[] {1, 3, 1000}) {
                TreeQuery query = new TreeQuery(view, false);
                for (int asked = 0; query.isOpen(); asked++) {
                    assertThat(asked).isLessThan(100);
                    query.learn(tell(target, query.ask(), page));
                }
                assertThat(view.digest("")).isEqualTo(target.digest(""));
                assertThat(view.find("d3/same")).contains(new IndexEntry(file("d3/same"), 5, 6));
                assertThat(view.find("d3/gone/f")).isEmpty();
                assertThat(view.find("d3").orElseThrow().inode()).as("which directory it is, whatever its time").isEqualTo(7);
            }
        }
    }

    private static Entry.File file(String path) {
        return new Entry.File(path, 0644, Time.ofNanos(1), 0, Digest.EMPTY);
    }

    private static void fill(Index index) {
        index.put(IndexEntry.unseen(new Entry.Directory("", 0755, Time.ofNanos(1))));
        for (int i = 0; i < 7; i++) {
            index.put(IndexEntry.unseen(new Entry.Directory("d" + i, 0755, Time.ofNanos(1))));
            index.put(IndexEntry.unseen(file("d" + i + "/f")));
            index.put(IndexEntry.unseen(new Entry.Link("d" + i + "/l", Time.ofNanos(1), "t")));
            index.put(IndexEntry.unseen(file("d" + i + "/ü")));
        }
    }

    /** Answers as a target does that tells so many entries of a directory at once. */
    private static Tree tell(Index index, CompareTree question, int page) {
        return new Tree(question.directories().stream()
                .filter(known -> known.after().isPresent() || !known.digest().equals(Optional.of(index.digest(known.path()))))
                .map(known -> listing(index, known, page)).toList());
    }

    private static Tree.Listing listing(Index index, CompareTree.Known known, int page) {
        Map<String, Digest> digests = index.directoryDigests(known.path());
        List<Entry> rest = index.children(known.path()).stream().map(IndexEntry::entry)
                .map(entry -> entry.at(io.bactrian.tree.TreePath.name(entry.path())))
                .filter(entry -> known.after().isEmpty()
                        || io.bactrian.tree.TreePath.BY_BYTES.compare(entry.path(), known.after().get()) > 0).toList();
        return new Tree.Listing(known.path(), index.find(known.path()).map(held -> held.entry().at("")),
                rest.stream().limit(page)
                        .map(entry -> new Tree.Node(entry, Optional.ofNullable(digests.get(entry.path())))).toList(),
                rest.size() > page);
    }
}
