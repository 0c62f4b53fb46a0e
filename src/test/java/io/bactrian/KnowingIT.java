package io.bactrian;

import static io.bactrian.Tools.awaitEqual;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How somebody knows how it is: health, metrics and status of real processes, which say the same. */
class KnowingIT extends TwoEnds {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** As the source is: an empty one has nothing to send. */
    @BeforeEach
    void a_target() throws IOException {
        Files.createDirectory(target);
        // Not always made within one tick of the clock
        Files.setLastModifiedTime(target, Files.getLastModifiedTime(source));
    }

    @Test
    void all_is_well_and_each_mirror_says_so() throws Exception {
        sh(source, "echo a >a");
        Running mirror = processes.start("mirror", source, target).awaitInStep();

        for (String path : new String[] {"/health", "/health/ready", "/health/live"}) {
            HttpResponse<String> answer = get(mirror, path);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(json(answer).path("status").asText()).isEqualTo("UP");
        }
        JsonNode checks = json(get(mirror, "/health")).path("checks");
        assertThat(checks.findValuesAsText("name")).anyMatch(name -> name.startsWith("source:default:http://"))
                .contains("target:default");
        JsonNode link = check(checks, "source:default");
        assertThat(link.path("data").path("state").asText()).isEqualTo("in step");
        assertThat(link.path("data").path("watching").asBoolean()).isTrue();
        assertThat(link.path("data").path("lagSeconds").asDouble(-1)).isZero();
        assertThat(check(checks, "target:default").path("data").path("sender").asText()).contains("source");
        assertThat(statusCommand(mirror).awaitExit()).isZero();
    }

    @Test
    void an_unreachable_target_makes_its_source_unhealthy() throws Exception {
        sh(source, "echo a >a");
        Running there = startTarget();
        Running source = startSource().awaitInStep();
        assertThat(metrics(source).value("bactrian_source_lag_seconds")).isZero();
        there.kill();
        sh(this.source, "echo b >b");

        await().atMost(Running.PATIENCE).until(() -> get(source, "/health").statusCode() == 503);
        await().atMost(Running.PATIENCE).untilAsserted(() -> {
            JsonNode health = json(get(source, "/health"));
            assertThat(health.path("status").asText()).isEqualTo("DOWN");
            assertThat(check(health.path("checks"), "source:").path("message").asText()).contains("cannot reach");
        });
        assertThat(get(source, "/health/ready").statusCode()).as("its own part it does").isEqualTo(200);
        assertThat(get(source, "/health/live").statusCode()).isEqualTo(200);
        await().atMost(Running.PATIENCE).until(() -> metrics(source).value("bactrian_source_lag_seconds") > 1.5);
        Exposition metrics = metrics(source);
        assertThat(metrics.value("bactrian_source_healthy")).isZero();
        assertThat(metrics.value("bactrian_source_in_step")).isZero();
        assertThat(metrics.value("bactrian_source_pending_paths")).isPositive();
        assertThat(metrics.value("bactrian_source_errors_total", "kind=unreachable")).isPositive();
        Running status = statusCommand(source);
        assertThat(status.awaitExit()).isEqualTo(1);
        assertThat(status.output()).contains("unhealthy: cannot reach", "behind by", "1 path pending");

        startTarget();
        awaitEqual(this.source, this.target);
        source.awaitSaying("connected to");
        assertThat(source.output().lines().filter(line -> line.contains("cannot reach"))).as("said once").hasSize(1);
        await().atMost(Running.PATIENCE).until(() -> get(source, "/health").statusCode() == 200);
        assertThat(metrics(source.awaitInStep()).value("bactrian_source_lag_seconds")).isZero();
        assertThat(statusCommand(source).awaitExit()).isZero();
    }

    @Test
    void both_ends_count_every_kind_of_work() throws Exception {
        // Long enough for both halves of a rename to be compared together
        sourcesHave("bactrian.source.default.settle=500ms");
        Running target = startTarget();
        Running source = startSource().awaitInStep();
        assertThat(metrics(source).value("bactrian_source_changes_total")).isZero();

        change(source, "mkdir dir; echo small >dir/small; ln -s small dir/link; seq 1 10000 >dir/text; "
                + "head -c 3000000 /dev/urandom >dir/large");
        // Some are counted after the answer that both ends are in step by
        await().atMost(Running.PATIENCE).untilAsserted(() -> {
            Exposition sent = metrics(source);
            Exposition received = metrics(target);
            assertThat(sent.value("bactrian_source_changes_total", "op=file", "outcome=acknowledged")).isGreaterThanOrEqualTo(3);
            assertThat(sent.value("bactrian_source_changes_total", "op=link")).isGreaterThanOrEqualTo(1);
            assertThat(received.value("bactrian_target_changes_total", "op=dir", "outcome=applied")).isGreaterThanOrEqualTo(1);
            assertThat(sent.value("bactrian_source_content_bytes_total")).isGreaterThan(3_040_000);
            assertThat(received.value("bactrian_target_content_bytes_total")).isGreaterThan(3_040_000);
            assertThat(sent.value("bactrian_source_saved_bytes_total", "by=compression")).isGreaterThan(10_000);
            assertThat(sent.value("bactrian_source_sent_bytes_total")).isBetween(3_000_000.0, 3_100_000.0);
            assertThat(sent.value("bactrian_source_batch_seconds_count")).isPositive();
            assertThat(sent.value("bactrian_source_batch_seconds_sum")).isPositive();
            assertThat(received.value("bactrian_target_batch_seconds_count")).isPositive();
            assertThat(received.value("bactrian_target_requests_total", "call=POST changes", "status=200")).isPositive();
            assertThat(received.value("bactrian_target_requests_total", "call=PUT content", "status=204")).isPositive();
            assertThat(received.value("bactrian_target_has_sender")).isEqualTo(1);
            assertThat(received.value("bactrian_target_connections")).isPositive();
            assertThat(sent.value("bactrian_source_watched_directories")).isEqualTo(2);
        });
        change(source, "mv dir/large dir/renamed");
        assertThat(metrics(source).value("bactrian_source_saved_bytes_total", "by=move")).isEqualTo(3_000_000);
        change(source, "cp dir/renamed copy");
        assertThat(metrics(source).value("bactrian_source_saved_bytes_total", "by=copy")).isGreaterThanOrEqualTo(3_000_000);
        change(source, "printf x | dd of=dir/renamed bs=1 seek=1500000 conv=notrunc status=none");
        assertThat(metrics(source).value("bactrian_source_saved_bytes_total", "by=delta")).isGreaterThan(2_500_000);
        change(source, "rm copy");
        assertThat(metrics(target).value("bactrian_target_changes_total", "op=remove", "outcome=applied")).isPositive();
        assertThat(metrics(source).value("bactrian_source_sent_bytes_total")).isLessThan(3_500_000);
    }

    @Test
    void a_source_directory_that_is_gone_is_blindness() throws Exception {
        sh(source, "echo a >a");
        startTarget();
        Running source = startSource().awaitInStep();
        sh(place, "mv source elsewhere");

        await().atMost(Running.PATIENCE).until(() -> get(source, "/health/ready").statusCode() == 503);
        assertThat(check(json(get(source, "/health")).path("checks"), "source:").path("message").asText()).contains("blind");
        assertThat(metrics(source).value("bactrian_source_blind")).isEqualTo(1);

        sh(place, "mv elsewhere source");
        await().atMost(Running.PATIENCE).until(() -> get(source, "/health").statusCode() == 200);
        assertThat(metrics(source).value("bactrian_source_blind")).isZero();
    }

    @Test
    void both_ends_report_a_path_that_cannot_be_applied_until_it_can() throws Exception {
        sh(source, "echo a >a");
        // Which would say once more that somebody else was here
        targetsHave("bactrian.target.default.check=0");
        Running target = startTarget();
        Running source = startSource().awaitInStep();
        // What nobody can replace: Linux says EPERM, to root, too
        sh(this.target, "echo old >stuck && chattr +i stuck || true");
        if (!Tools.run("lsattr", this.target.resolve("stuck").toString()).startsWith("----i")) {
            return;
        }
        try {
            sh(this.source, "echo new >stuck");
            await().atMost(Running.PATIENCE).until(() -> metrics(source).value("bactrian_source_held_paths") == 1);
            assertThat(get(source, "/health").statusCode()).isEqualTo(503);
            assertThat(get(target, "/health").statusCode()).isEqualTo(503);
            assertThat(metrics(target).value("bactrian_target_errors_total", "kind=cannot-apply")).isPositive();
            assertThat(statusCommand(source).awaitExit()).isEqualTo(1);
            // Tried again, and failed again
            double failed = metrics(target).value("bactrian_target_errors_total", "kind=cannot-apply");
            await().atMost(Running.PATIENCE).until(() ->
                    metrics(target).value("bactrian_target_errors_total", "kind=cannot-apply") > failed + 1);
            for (Running end : new Running[] {source, target}) {
                assertThat(end.output().lines().filter(line -> line.contains("stuck"))).as("said once").hasSize(1);
                assertThat(end.output()).doesNotContain("does not hold the lease");
            }
        } finally {
            sh(this.target, "chattr -i stuck");
        }
        awaitEqual(this.source, this.target);
        await().atMost(Running.PATIENCE).until(() -> get(source, "/health").statusCode() == 200);
    }

    @Test
    void the_management_port_is_on_loopback_and_answers_nothing_else() throws Exception {
        Running target = startTarget();
        assertThat(target.status().targets()).hasSize(1);

        String listening = Tools.run("ss", "-Htlnp").lines().filter(line -> line.contains("pid=" + target.pid() + ","))
                .toList().toString();
        assertThat(listening).contains("127.0.0.1]:" + port).as("every socket").doesNotContain("0.0.0.0:" + port, "*:" + port);
        // First, for after a 404 Camel closes the connection, and a POST is not sent again on another one
        assertThat(HTTP.send(HttpRequest.newBuilder(target.management("/metrics")).POST(HttpRequest.BodyPublishers.ofString("x"))
                .build(), HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
        assertThat(get(target, "/").statusCode()).isEqualTo(404);
        assertThat(get(target, "/health/other").statusCode()).isEqualTo(404);
    }

    /** All of it at once, or something might be sent before it is whole, and then again. */
    private void change(Running running, String script) {
        running.whileSuspended(() -> sh(source, script));
        awaitEqual(source, target);
        running.awaitInStep();
    }

    private Running statusCommand(Running of) {
        return processes.start("status", of.management("/").toString());
    }

    private static HttpResponse<String> get(Running from, String path) throws IOException, InterruptedException {
        URI uri = from.management(path);
        return HTTP.send(HttpRequest.newBuilder(uri).timeout(Running.PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Exposition metrics(Running from) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(from, "/metrics");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain; version=0.0.4");
        return new Exposition(answer.body());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }

    private static JsonNode check(JsonNode checks, String name) {
        for (JsonNode check : checks) {
            if (check.path("name").asText().startsWith(name)) {
                return check;
            }
        }
        throw new AssertionError("no " + name + " in " + checks);
    }
}
