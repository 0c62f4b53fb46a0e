package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.Exposition;
import io.bactrian.Processes;
import io.bactrian.change.TouchedPath;
import io.bactrian.link.Link;
import io.bactrian.target.Mirrors;
import io.bactrian.tree.Digest;
import io.bactrian.wire.Message;
import org.apache.camel.health.HealthCheckHelper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route {@code serve-management} alone: health and metrics. */
class ManagementRoutesTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path dir;
    @AutoClose
    private RouteBench routes;
    private final int port = Processes.freePort();

    private void target() {
        routes = RouteBench.target(dir, "bactrian.management.port=" + port).only("serve-management").start();
    }

    private void source() {
        routes = RouteBench.source(dir, "bactrian.management.port=" + port).only("serve-management").start();
    }

    @Test
    void serve_health_is_down_until_the_target_knows_what_it_holds() throws Exception {
        target();
        HttpResponse<String> before = get("/health");
        assertThat(before.statusCode()).isEqualTo(503);
        assertThat(json(before).path("checks").get(0).path("message").asText()).isEqualTo("the first scan has not finished");

        routes.bean("mirrors", Mirrors.class).scan();

        HttpResponse<String> after = get("/health");
        assertThat(after.statusCode()).as(after.body()).isEqualTo(200);
        assertThat(json(after).path("status").asText()).isEqualTo("UP");
        assertThat(json(after).path("checks").get(0).path("name").asText()).isEqualTo("target:default");
    }

    @Test
    void serve_health_tells_of_a_fault_and_forgets_it_not_at_once() throws Exception {
        target();
        routes.bean("mirrors", Mirrors.class).scan();
        routes.bean("mirrors", Mirrors.class).find("default").orElseThrow().trouble("a/b", "No space left on device");

        assertThat(get("/health").statusCode()).isEqualTo(503);
        assertThat(json(get("/health")).path("checks").get(0).path("message").asText()).isEqualTo("a/b: No space left on device");
    }

    @Test
    void serve_readiness_asks_no_other_machine() throws Exception {
        target();
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        routes.bean("mirrors", Mirrors.class).scan();
        routes.bean("mirrors", Mirrors.class).find("default").orElseThrow().trouble("", "a fault");

        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void serve_liveness_says_that_a_restart_is_of_no_use() throws Exception {
        source();
        routes.link().turnFailed("away", "unreachable", true);

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void the_platform_that_embeds_the_routes_finds_the_same_checks() {
        source();
        routes.link().turnFailed("away", "unreachable", true);

        assertThat(HealthCheckHelper.invoke(routes.context(), "full")).anySatisfy(result -> {
            assertThat(result.getCheck().getId()).startsWith("source:default:");
            assertThat(result.getState().name()).isEqualTo("DOWN");
            assertThat(result.getMessage()).contains("away");
        });
    }

    @Test
    void serve_metrics_tells_all_there_is_of_a_source_before_anything_happened() throws Exception {
        source();

        Exposition metrics = metrics();
        assertThat(metrics.types()).containsEntry("bactrian_source_lag_seconds", "gauge")
                .containsEntry("bactrian_source_batch_seconds", "histogram")
                .containsEntry("bactrian_source_saved_bytes_total", "counter").containsEntry("bactrian_info", "gauge")
                .doesNotContainKeys("bactrian_target_ready", "bactrian_target_connections");
        assertThat(metrics.series("bactrian_source_saved_bytes_total")).isEqualTo(4);
        assertThat(metrics.value("bactrian_source_batch_seconds_count")).isZero();
        assertThat(metrics.value("bactrian_source_lag_seconds")).isZero();
        assertThat(metrics.value("process_open_fds")).isPositive();
    }

    @Test
    void serve_metrics_counts_what_a_link_does() throws Exception {
        source();
        Link link = routes.link();
        link.open();
        link.touch(List.of(TouchedPath.entry("a"), TouchedPath.entry("b")));
        link.heldPaths().add("default", "c", "cannot be read");
        link.sent().batch(7_000_000);
        link.sent().savedByDelta(100);
        link.sent().wasted(60);
        link.sent().error("lease-held");
        link.sent().outcome("file", true);
        link.sent().outcome("file", false);
        link.acknowledged(1, 1, 42);
        link.compression().sent(1000, 300, 1);

        Exposition metrics = metrics();
        assertThat(metrics.value("bactrian_source_pending_paths")).isEqualTo(2);
        assertThat(metrics.value("bactrian_source_lag_seconds")).isPositive();
        assertThat(metrics.value("bactrian_source_held_paths")).isEqualTo(1);
        assertThat(metrics.value("bactrian_source_healthy")).isZero();
        assertThat(metrics.value("bactrian_source_batch_seconds_bucket", "le=0.005")).isZero();
        assertThat(metrics.value("bactrian_source_batch_seconds_bucket", "le=0.01")).isEqualTo(1);
        assertThat(metrics.value("bactrian_source_batch_seconds_sum")).isEqualTo(0.007);
        assertThat(metrics.value("bactrian_source_saved_bytes_total", "by=delta")).isEqualTo(100);
        assertThat(metrics.value("bactrian_source_wasted_bytes_total")).isEqualTo(60);
        assertThat(metrics.value("bactrian_source_written_files")).isZero();
        assertThat(metrics.value("bactrian_source_saved_bytes_total", "by=compression")).isEqualTo(700);
        assertThat(metrics.value("bactrian_source_sent_bytes_total")).isEqualTo(300);
        assertThat(metrics.value("bactrian_source_content_bytes_total")).isEqualTo(42);
        assertThat(metrics.value("bactrian_source_errors_total", "kind=lease-held")).isEqualTo(1);
        assertThat(metrics.value("bactrian_source_changes_total", "op=file", "outcome=failed")).isEqualTo(1);

        link.connected(new Message.Session("L", 15, Digest.EMPTY, false, true));
        assertThat(metrics.series("bactrian_source_in_step")).isEqualTo(1);
    }

    @Test
    void serve_metrics_tells_what_lies_in_the_staging_of_a_target() throws Exception {
        target();
        Mirrors mirrors = routes.bean("mirrors", Mirrors.class);
        assertThat(metrics().value("bactrian_target_ready")).isZero();
        mirrors.scan();
        mirrors.find("default").orElseThrow().replica().staging().open(Digest.EMPTY, 500);
        mirrors.find("default").orElseThrow().lease().open("a", "b", java.util.Optional.empty());

        Exposition metrics = metrics();
        assertThat(metrics.value("bactrian_target_ready")).isEqualTo(1);
        assertThat(metrics.value("bactrian_target_uploads")).isEqualTo(1);
        assertThat(metrics.value("bactrian_target_has_sender")).isEqualTo(1);
        assertThat(metrics.value("bactrian_target_own_space_bytes", "of=index")).isPositive();
        assertThat(metrics.value("bactrian_target_own_space_bytes", "of=reserve")).isPositive();
        assertThat(metrics.value("bactrian_target_own_space_bytes", "of=trash")).isZero();
    }

    @Test
    void the_operating_page_names_every_metric_and_no_other() throws Exception {
        source();
        Set<String> names = new TreeSet<>(metrics().types().keySet());
        routes.close();
        target();
        names.addAll(metrics().types().keySet());
        Set<String> told = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\b((bactrian|process|jvm)_[a-z_]+)\\b").matcher(Files.readString(Path.of("docs/operating.md")));
        while (matcher.find()) {
            told.add(matcher.group(1));
        }

        assertThat(told).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void serve_metrics_speaks_open_metrics_to_who_asks_for_it() throws Exception {
        target();

        HttpResponse<String> answer = HTTP.send(HttpRequest.newBuilder(uri("/metrics"))
                .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5").build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(answer.body()).endsWith("# EOF\n");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private Exposition metrics() throws Exception {
        HttpResponse<String> answer = get("/metrics");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new Exposition(answer.body());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }
}
