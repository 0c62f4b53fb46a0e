package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.IntStream;

import io.bactrian.change.TouchedPath;
import io.bactrian.change.TouchedPath.Scope;
import io.bactrian.link.Link;
import io.bactrian.manage.StatusReport;
import io.bactrian.watch.Rescan;
import io.bactrian.watch.WatchConstants;
import org.apache.camel.component.file.watch.FileWatchConstants;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchSourceTest {
    @TempDir
    Path dir;

    @AutoClose
    private RouteBench routes;

    @BeforeEach
    void watch() {
        routes = RouteBench.source(dir, "bactrian.source.default.settle=300ms", "bactrian.source.default.exclude=*.tmp")
                .only("start-sources").start();
        routes.template().sendBody("direct:start-sources", "");
    }

    @Test
    void many_events_of_one_settle_period_are_one_exchange() throws Exception {
        List<String> names = IntStream.range(0, 50).mapToObj(i -> "f" + i).toList();
        for (String name : names) {
            Files.writeString(dir.resolve("source").resolve(name), name);
        }

        RouteBench.await().until(() -> !queued().isEmpty());
        assertThat(queued()).hasSize(1);
        assertThat(queued().get(0)).containsAll(names.stream().map(TouchedPath::entry).toList());
        assertThat(routes.mock("direct:queue-changes").getReceivedExchanges().get(0).getProperty("source"))
                .isEqualTo("default");
    }

    @Test
    void an_excluded_path_is_no_event() throws Exception {
        Files.writeString(dir.resolve("source/x.tmp"), "");
        Files.writeString(dir.resolve("source/x"), "");

        RouteBench.await().until(() -> !queued().isEmpty());
        assertThat(queued().get(0)).extracting(TouchedPath::path).contains("x").doesNotContain("x.tmp");
    }

    @Test
    void a_rename_is_told_as_two_names_and_a_write_as_more() throws Exception {
        Path source = dir.resolve("source");
        Files.writeString(source.resolve("a"), "a");
        RouteBench.await().until(() -> !queued().isEmpty());
        routes.mock("direct:queue-changes").reset();

        Files.move(source.resolve("a"), source.resolve("b"));
        RouteBench.await().until(() -> !queued().isEmpty());
        assertThat(queued().get(0)).contains(TouchedPath.gone("a"), TouchedPath.name("b"))
                .doesNotContain(TouchedPath.entry("a"), TouchedPath.entry("b"));
        routes.mock("direct:queue-changes").reset();

        Files.setLastModifiedTime(source.resolve("b"), FileTime.fromMillis(0));
        RouteBench.await().until(() -> !queued().isEmpty());
        assertThat(queued().get(0)).contains(TouchedPath.entry("b"));
    }

    @Test
    void a_path_that_is_touched_often_is_told_once() {
        reportByHand();
        report("a", null);
        report("a", null);
        report("b", null);

        RouteBench.await().until(() -> !queued().isEmpty());
        assertThat(queued()).containsExactly(List.of(TouchedPath.entry("a"), TouchedPath.entry("b")));
    }

    @Test
    void a_rescan_reaches_as_far_as_it_says() {
        reportByHand();
        report("one", Rescan.DIRECTORY.name());
        report("", Rescan.TREE.name());

        RouteBench.await().until(() -> !queued().isEmpty());
        assertThat(queued()).containsExactly(List.of(new TouchedPath("one", Scope.CHILDREN), TouchedPath.EVERYTHING));
    }

    @Test
    void blindness_is_not_taken_for_a_path() {
        reportByHand();
        routes.template().sendBodyAndHeader("direct:event", null, WatchConstants.BLIND, "the root is gone");
        report("a", null);

        RouteBench.await().until(() -> !queued().isEmpty());
        assertThat(queued()).containsExactly(List.of(TouchedPath.entry("a")));
    }

    private void reportByHand() {
        routes.advise("watch-source-default", route -> route.replaceFromWith("direct:event"));
    }

    private void report(String path, String rescan) {
        routes.template().send("direct:event", exchange -> {
            exchange.getMessage().setHeader(FileWatchConstants.FILE_NAME, path);
            exchange.getMessage().setHeader(WatchConstants.RESCAN, rescan);
        });
    }

    @SuppressWarnings("unchecked")
    private List<List<TouchedPath>> queued() {
        return routes.received("direct:queue-changes").stream().map(body -> (List<TouchedPath>) body).toList();
    }

    @Test
    void what_was_gathered_and_cannot_be_handed_on_is_found_by_comparing() throws Exception {
        Link link = routes.link();
        routes.mock("direct:queue-changes").whenAnyExchangeReceived(exchange ->
                exchange.setException(new StackOverflowError("thrown by a test")));

        Files.writeString(dir.resolve("source/a"), "a");

        RouteBench.await().until(() -> routes.bean("status", StatusReport.class).get().sources().get(0).unhealthy().stream()
                .anyMatch(why -> why.contains("StackOverflowError")));
        RouteBench.await().until(() -> {
            link.takeTurn();
            return link.take().contains(TouchedPath.EVERYTHING);
        });
    }
}
