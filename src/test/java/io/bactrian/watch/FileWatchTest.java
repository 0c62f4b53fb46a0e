package io.bactrian.watch;

import static io.bactrian.watch.WatchingRoute.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.watch.FileWatchComponent;
import org.apache.camel.component.file.watch.FileWatchConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {

    @TempDir
    Path directory;

    @Test
    void reports_what_is_created_modified_and_deleted() throws Exception {
        try (WatchingRoute route = WatchingRoute.on(directory)) {
            Path file = Files.createFile(directory.resolve("file"));
            route.awaitEvent("CREATE", "file");
            Files.writeString(file, "x");
            route.awaitEvent("MODIFY", "file");
            Files.delete(file);
            route.awaitEvent("DELETE", "file");
        }
    }

    @Test
    void reports_a_change_of_mode_or_time_alone() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        try (WatchingRoute route = WatchingRoute.on(directory)) {
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
            route.awaitEvent("MODIFY", "file");
        }
    }

    @Test
    void sets_the_body_and_headers_of_the_stock_component() throws Exception {
        Path file = Files.createDirectory(directory.resolve("sub")).resolve("file");
        Files.createFile(file);
        LinkedBlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
        try (WatchingRoute route = new WatchingRoute().first(exchange -> exchanges.add(exchange.copy()))) {
            route.start(directory, "?events=MODIFY");
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_234_567_000));

            Exchange exchange = exchanges.poll(60, TimeUnit.SECONDS);
            assertThat(exchange.getMessage().getBody()).isEqualTo(file.toFile()).isInstanceOf(File.class);
            Map<String, Object> headers = exchange.getMessage().getHeaders();
            assertThat(headers).containsKey(Exchange.MESSAGE_TIMESTAMP);
            headers.remove(Exchange.MESSAGE_TIMESTAMP);
            assertThat(headers).containsExactlyInAnyOrderEntriesOf(Map.of(
                    FileWatchConstants.EVENT_TYPE_HEADER, "MODIFY",
                    FileWatchConstants.FILE_NAME_ONLY, "file",
                    FileWatchConstants.FILE_ABSOLUTE, true,
                    FileWatchConstants.FILE_ABSOLUTE_PATH, file.toString(),
                    FileWatchConstants.FILE_PATH, file.toString(),
                    FileWatchConstants.FILE_NAME, "sub/file",
                    FileWatchConstants.FILE_RELATIVE_PATH, "sub/file",
                    FileWatchConstants.FILE_NAME_CONSUMED, "sub/file",
                    FileWatchConstants.FILE_PARENT, file.getParent().toString(),
                    FileWatchConstants.FILE_LAST_MODIFIED, 1_234_567_000L));
        }
    }

    @Test
    void reports_only_the_configured_kinds_of_event() throws Exception {
        try (WatchingRoute route = new WatchingRoute().start(directory, "?events=DELETE")) {
            Files.delete(Files.createFile(directory.resolve("file")));
            route.awaitEvent("DELETE", "file");
            assertThat(route.about("file")).extracting(WatchingRoute.Seen::type).containsExactly("DELETE");
        }
    }

    @Test
    void reports_only_included_files_and_watches_every_directory() throws Exception {
        Files.createDirectory(directory.resolve("sub"));
        try (WatchingRoute route = new WatchingRoute().start(directory, "?antInclude=**/*.txt")) {
            Files.createFile(directory.resolve("sub/other"));
            Files.createFile(directory.resolve("sub/wanted.txt"));
            route.awaitEvent("CREATE", "sub/wanted.txt");
            assertThat(route.about("sub/other")).isEmpty();
        }
    }

    @Test
    void neither_watches_nor_reports_what_is_excluded() throws Exception {
        Files.createDirectories(directory.resolve("out/deep"));
        try (WatchingRoute route = new WatchingRoute().start(directory, "?antExclude=out,*.tmp")) {
            assertThat(route.state().watchedDirectories()).isEqualTo(1);
            Files.createFile(directory.resolve("out/deep/file"));
            Files.createFile(directory.resolve("file.tmp"));
            Files.createFile(directory.resolve("file"));
            route.awaitEvent("CREATE", "file");
            assertThat(route.seen).extracting(WatchingRoute.Seen::path).containsOnly("file");
        }
    }

    @Test
    void watches_the_root_alone_when_it_is_not_recursive() throws Exception {
        Files.createDirectory(directory.resolve("sub"));
        try (WatchingRoute route = new WatchingRoute().start(directory, "?recursive=false")) {
            Files.createDirectory(directory.resolve("new"));
            route.awaitEvent("CREATE", "new");
            assertThat(route.state().watchedDirectories()).isEqualTo(1);
        }
    }

    @Test
    void replaces_the_stock_component_when_yaml_binds_it() throws Exception {
        String yaml = """
                - beans:
                    - name: file-watch
                      type: io.bactrian.watch.FileWatch
                - route:
                    id: watch
                    from:
                      uri: file-watch:%s
                      parameters:
                        antExclude: "out/**"
                        queueSize: 5
                        useFileHashing: false
                      steps:
                        - log: "${body}"
                """.formatted(directory);
        Files.createDirectory(directory.resolve("out"));
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("watch.camel.yaml", yaml));
            context.start();
            FileWatchComponent component = context.getComponent("file-watch", FileWatchComponent.class);
            assertThat(component).isInstanceOfSatisfying(FileWatch.class, fileWatch ->
                    assertThat(fileWatch.watchState("watch").orElseThrow().watchedDirectories()).isEqualTo(1));
        }
    }

    @Test
    void finishes_the_exchange_in_flight_when_it_stops() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        WatchingRoute route = new WatchingRoute().first(exchange -> {
            started.countDown();
            goOn.await();
        }).start(directory, "?events=CREATE");
        Files.createFile(directory.resolve("file"));
        assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> stopping = CompletableFuture.runAsync(route.context.getRoute("watch").getConsumer()::stop);
        await().until(() -> route.fileWatch.watchState("watch").isEmpty());
        assertThat(stopping).isNotDone();
        goOn.countDown();

        assertThat(stopping).succeedsWithin(Duration.ofSeconds(60));
        assertThat(route.about("file")).hasSize(1);
        route.close();
    }

    @Test
    void releases_its_threads_and_watches_when_it_stops() throws Exception {
        WatchingRoute route = WatchingRoute.on(directory);
        long openWhileWatching = inotifyInstances();
        route.close();
        assertThat(inotifyInstances()).isEqualTo(openWhileWatching - 1);
        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).noneMatch(
                name -> name.contains("file-watch"));
    }

    @Test
    void asks_for_a_comparison_of_everything_when_it_starts_again() throws Exception {
        try (WatchingRoute route = WatchingRoute.on(directory)) {
            route.context.getRouteController().stopRoute("watch");
            route.context.getRouteController().startRoute("watch");
            route.awaitRescan(Rescan.TREE, "");
            Files.createFile(directory.resolve("file"));
            route.awaitEvent("CREATE", "file");
        }
    }

    private static long inotifyInstances() throws Exception {
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            long count = 0;
            for (Path descriptor : descriptors) {
                // The descriptor of the directory stream itself no longer exists
                if (Files.isSymbolicLink(descriptor) && descriptorIsInotify(descriptor)) {
                    count++;
                }
            }
            return count;
        }
    }

    private static boolean descriptorIsInotify(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("inotify");
        } catch (IOException closed) {
            return false;
        }
    }
}
