package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.bactrian.gate.Gate;
import io.bactrian.hostile.HostileTest.With;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Too many clients on the management port or the target's port do not block the other port. */
@With({"bactrian.management.port=FREE", "bactrian.http.head-time=10m", "bactrian.http.body-time=10m", "bactrian.http.idle=10m",
    "bactrian.http.max-connections=200", "bactrian.http.max-per-address=150"})
class ManagementCrowdTest extends HostileTest {
    private static final String HOST = "Host: localhost\r\n";
    /** A tenth of the target's limit of connections per address. */
    private static final int MOST = 15;

    @Test
    void many_slow_clients_do_not_block_a_scrape_and_hold_few_connections() throws Exception {
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                crowd.add(opened(i % 2 == 0 ? "GET /met" : "POST /mirrors/-/removals HTTP/1.1\r\n" + HOST
                        + "Content-Length: 1000\r\n\r\n{"));
            }
            await().atMost(RunningTarget.PATIENCE).until(() -> crowd.stream().filter(ManagementCrowdTest::isOpen).count() <= MOST);
            assertThat(crowd.stream().filter(ManagementCrowdTest::isOpen).count()).as("the crowd is still there").isEqualTo(MOST);
            for (String path : new String[] {"/metrics", "/status", "/health/live", "/health/ready"}) {
                assertThat(manage("GET " + path)).startsWith("HTTP/1.1 200");
            }
            assertThat(manage("GET /metrics")).contains("bactrian_management_refused_total{kind=\"too-many-connections\"}");
            assertThat(target.call("GET", "default/files/kept/file", "").text()).isEqualTo("hello");
        } finally {
            close(crowd);
        }
    }

    @Test
    void a_scrape_is_answered_while_the_target_is_at_its_connection_limit(
            @TempDir Path directory) throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        List<Socket> crowd = new ArrayList<>();
        try (RunningTarget busy = new RunningTarget(directory,
                "bactrian.management.port=FREE", "bactrian.http.max-connections=40", "bactrian.http.max-per-address=40")) {
            AdviceWith.adviceWith(busy.camel(), "serve-session", route -> route.weaveAddFirst()
                    .process(exchange -> goOn.await()));
            for (int i = 0; i < 40; i++) {
                Socket socket = busy.connect();
                crowd.add(socket);
                RunningTarget.write(socket, "POST /v1/default/session HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\n{}");
            }
            await().atMost(RunningTarget.PATIENCE).until(() -> gate(busy).connections() == 40);
            for (int i = 0; i < 20; i++) {
                assertThat(manage(busy, "GET /metrics")).startsWith("HTTP/1.1 200");
                assertThat(manage(busy, "GET /health/live")).startsWith("HTTP/1.1 200");
            }
            goOn.countDown();
        } finally {
            goOn.countDown();
            close(crowd);
        }
    }

    private static Gate gate(RunningTarget busy) {
        return busy.camel().getRegistry().findSingleByType(Gate.class);
    }

    private static String manage(String line) throws IOException {
        return manage(target, line);
    }

    private static String manage(RunningTarget asked, String line) throws IOException {
        try (Socket socket = asked.connectManagement()) {
            RunningTarget.write(socket, line + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
            return RunningTarget.readAnswer(socket.getInputStream());
        }
    }

    private static boolean isOpen(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (SocketException e) {
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Socket opened(String begun) throws IOException {
        Socket socket = target.connectManagement();
        RunningTarget.write(socket, begun);
        return socket;
    }

    private static void close(List<Socket> crowd) throws IOException {
        for (Socket socket : crowd) {
            socket.close();
        }
    }
}
