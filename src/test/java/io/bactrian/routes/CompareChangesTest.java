package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

import io.bactrian.change.Change;
import io.bactrian.change.TouchedPath;
import io.bactrian.plan.Work;
import io.bactrian.change.PlannedChange;
import io.bactrian.index.IndexEntry;
import io.bactrian.link.Link;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;
import io.bactrian.wire.Message;
import org.apache.camel.model.FilterDefinition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route {@code compare-changes}: what becomes of what was touched. */
class CompareChangesTest {
    private static final String CONTENT = "the same content, long enough to be worth finding ".repeat(100);

    @TempDir
    Path dir;

    @AutoClose
    private RouteBench routes;
    private Link link;

    @BeforeEach
    void prepare() {
        routes = RouteBench.source(dir).only(RouteBench.TURN);
        link = routes.link();
    }

    private void start() throws IOException {
        routes.start();
        link.open();
        link.connected(new Message.Session("L", 15, Digest.EMPTY, false, true));
        hold("");
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(dir.resolve("source").resolve(name), content);
    }

    /** The target is known to hold this as it is now. */
    private void hold(String path) throws IOException {
        Path file = dir.resolve("source").resolve(path);
        Stat stat = Stat.of(file).orElseThrow();
        link.view().put(IndexEntry.unseen(path.isEmpty() ? new Entry.Directory(TreePath.ROOT, stat.mode(), stat.modified())
                : new Entry.File(path, stat.mode(), stat.modified(), stat.size(), Digest.of(Files.readAllBytes(file)))));
    }

    private List<Change> sent(TouchedPath... touched) {
        link.touch(List.of(touched));
        assertThat(link.takeTurn()).isTrue();
        routes.template().sendBody("direct:send-changes", link);
        assertThat(link.lastError()).isEmpty();
        return routes.received("direct:send-batch").stream().flatMap(batch -> ((Work.Batch) batch).changes().stream()).toList();
    }

    @Test
    void a_file_that_was_touched_and_has_the_content_that_the_target_holds_is_not_sent() throws Exception {
        write("a", CONTENT);
        start();
        hold("a");

        assertThat(sent(TouchedPath.entry("a"))).isEmpty();
        assertThat(routes.received("direct:send-batch")).singleElement().satisfies(batch ->
                assertThat(((Work.Batch) batch).remembered()).extracting(IndexEntry::path).contains("a"));
    }

    @Test
    void of_a_file_with_another_time_and_the_same_content_only_the_time_is_sent() throws Exception {
        write("a", CONTENT);
        start();
        hold("a");
        Files.setLastModifiedTime(dir.resolve("source/a"), FileTime.fromMillis(1000));

        assertThat(sent(TouchedPath.entry("a"))).singleElement().satisfies(change ->
                assertThat(((Change.WriteFile) change).content()).isEmpty());
    }

    @Test
    void content_that_the_target_holds_at_another_path_is_not_sent() throws Exception {
        write("a", CONTENT);
        start();
        hold("a");
        write("b", CONTENT);

        assertThat(sent(TouchedPath.entry("b"))).filteredOn(change -> change.path().equals("b")).singleElement().satisfies(change ->
                assertThat(((Change.WriteFile) change).content()).isEmpty());
    }

    @Test
    void the_same_content_is_sent_once_however_many_files_have_it() throws Exception {
        for (int i = 0; i < 10; i++) {
            write("copy" + i, CONTENT);
        }
        start();

        List<Change> sent = sent(TouchedPath.EVERYTHING);

        assertThat(sent).filteredOn(Change.WriteFile.class::isInstance).hasSize(10)
                .filteredOn(change -> ((Change.WriteFile) change).content().isPresent()).hasSize(1);
    }

    @Test
    void a_new_content_at_a_known_path_is_sent() throws Exception {
        write("a", CONTENT);
        start();
        hold("a");
        write("a", CONTENT + "and more");

        assertThat(sent(TouchedPath.entry("a"))).singleElement().satisfies(change ->
                assertThat(((Change.WriteFile) change).content()).isPresent());
    }

    @Test
    void a_step_behind_the_content_filter_sees_what_is_sent_and_may_change_it() throws Exception {
        write("kept", CONTENT);
        write("known", "known");
        write("secret", "secret");
        List<String> seen = new ArrayList<>();
        routes.advise("compare-changes", route -> route.weaveByType(FilterDefinition.class).before().process(exchange -> {
            List<?> lacking = exchange.getMessage().getBody(List.class);
            lacking.forEach(is -> seen.add(((PlannedChange) is).change().path()));
            exchange.getMessage().setBody(lacking.stream().filter(is -> !((PlannedChange) is).change().path().equals("secret")).toList());
        }));
        start();
        hold("known");

        assertThat(sent(TouchedPath.EVERYTHING)).extracting(Change::path).containsExactly("kept");
        assertThat(seen).containsExactly("kept", "secret");
    }
}
