package io.bactrian;

import static io.bactrian.Processes.freePort;
import static io.bactrian.Processes.url;
import static io.bactrian.Tools.awaitReferee;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person gets wrong is told in one line, with a code that scripts can tell apart. */
class MisuseIT extends TwoEnds {
    @BeforeEach
    void a_file() throws IOException {
        Files.writeString(source.resolve("f"), "x");
    }

    /** Started together, because starting is all they do. */
    private record Attempt(int code, String[] words, Running running) {
        void fails() {
            assertThat(running.awaitExit()).as(running + ": " + running.output()).isEqualTo(code);
            assertThat(running.output()).contains(words).doesNotContain("\tat ", "Exception");
            assertThat(running.output().lines()).as(running.output()).hasSizeLessThanOrEqualTo(2);
        }
    }

    private Attempt attempt(int code, String words, Object... arguments) {
        return new Attempt(code, words.split("\\|"), processes.start(arguments));
    }

    @Test
    void invalid_directories_and_urls_are_wrong_usage() {
        String url = url(freePort());
        Stream.of(attempt(2, "absent|there is none at this path", "source", place.resolve("absent"), url),
                attempt(2, "/f|this is something else", "source", source.resolve("f"), url),
                attempt(2, "nonsense|http://HOST:PORT", "source", source, "nonsense")).toList().forEach(Attempt::fails);
        Stream.of(attempt(2, "ftp://|http://HOST:PORT", "source", source, "ftp://127.0.0.1:1"),
                attempt(2, "lies in the directory of source|choose a directory outside", "mirror", source, source.resolve("copy")),
                attempt(2, "lies in that of target", "mirror", source, place)).toList().forEach(Attempt::fails);
        assertThat(TreeSnapshot.of(source).paths()).containsExactly("f");
    }

    @Test
    void invalid_properties_are_wrong_usage() {
        Stream.of(attempt(2, "bactrian.htp.port is not a property|did you mean bactrian.http.port", "mirror", source, target,
                        "--set", "bactrian.htp.port=1"),
                attempt(2, "bactrian.batch.entries|from 1 to 100000", "mirror", source, target,
                        "--set", "bactrian.batch.entries=0"),
                attempt(2, "bactrian.lease|from 1s to 1h", "mirror", source, target, "--set", "bactrian.lease=2days"),
                attempt(2, "port", "target", target, "--port", "70000")).toList().forEach(Attempt::fails);
        assertThat(target).doesNotExist();
    }

    @Test
    void reports_a_port_in_use_and_an_unusable_target_directory() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Stream.of(attempt(3, "port " + taken.getLocalPort() + " on 127.0.0.1 is in use|--port", "target",
                            place.resolve("target"), "--port", taken.getLocalPort()),
                    attempt(2, "/f|a directory; this is something else", "target", source.resolve("f"), "--port", freePort()))
                    .toList().forEach(Attempt::fails);
        }
        assumeTrue(Tools.succeeds("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "true"),
                "another user than root is needed, which may not write everything");
        sh(place, "chmod 755 .; mkdir locked; chmod 755 locked");
        for (Path target : new Path[] {place.resolve("locked"), place.resolve("locked/new")}) {
            new Attempt(3, new String[] {target.toString(), "give this user", "or choose another directory"},
                    processes.startAsNobody("target", target, "--port", freePort())).fails();
        }
    }

    @Test
    void reports_a_server_that_is_not_a_target_and_waits_even_with_once() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", exchange -> {
            byte[] body = "<html>welcome</html>".getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        Running sender = startSource("--once", "--set", "bactrian.retry.longest=500ms");
        try {
            sender.awaitSaying("which is not a Bactrian response").awaitSaying("check the port");
        } finally {
            server.stop(0);
        }
        sender.awaitSaying("is the target running there?");
        assertThat(sender.isRunning()).isTrue();
        startTarget();
        assertThat(sender.awaitExit()).as(sender.output()).isZero();
        awaitReferee(source, target);
    }

    @Test
    void does_not_wait_longer_than_configured_for_a_server_that_is_not_a_target() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.start();
        try {
            Running sender = startSource("--once", "--set", "bactrian.wait=1s");
            assertThat(sender.awaitExit()).as(sender.output()).isEqualTo(3);
            assertThat(sender.output()).contains("gave up after 1s").contains(url(port));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void reports_a_mirror_that_the_target_does_not_have() {
        Running receiver = startTarget();
        Running sender = processes.start("source", source, url(port) + "/photos");
        sender.awaitSaying("There is no mirror of this name");
        Running verify = processes.start("verify", source, url(freePort()));
        assertThat(verify.awaitExit()).isEqualTo(3);
        assertThat(verify.output()).contains("is the target running there?");
        assertThat(receiver.isRunning()).isTrue();
    }

    @Test
    void status_without_a_running_process_fails() {
        Running status = processes.start("status", url(freePort()));
        assertThat(status.awaitExit()).isEqualTo(3);
        assertThat(status.output()).contains("no answer from", "check that Bactrian is running");
    }
}
