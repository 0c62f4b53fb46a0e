package io.bactrian.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.sun.management.UnixOperatingSystemMXBean;
import io.bactrian.gate.Gate;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More slow clients than a target with default limits accepts; a sender and a source continue to work. */
@Timeout(600)
class CrowdTest {
    private static final int CALLERS = 1000;
    /** The target's default limit of connections per address. */
    private static final int PER_ADDRESS = 500;
    private static final int TOTAL = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final UnixOperatingSystemMXBean SYSTEM =
            (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    @TempDir
    Path base;
    private Path source;
    private Path copy;
    private RunningTarget target;
    private Main sender;

    @BeforeEach
    void a_target_and_a_source() throws Exception {
        assumeTrue(SYSTEM.getMaxFileDescriptorCount() - SYSTEM.getOpenFileDescriptorCount() > 3 * CALLERS,
                "the limit of open files (ulimit -n) is too low for so many connections");
        source = Files.createDirectory(base.resolve("source"));
        copy = Files.createDirectory(base.resolve("copy"));
        target = new RunningTarget(Files.createDirectory(base.resolve("replica")),
                "bactrian.target.copy.directory=" + copy);
        assertThat(target.batch(RunningTarget.file("file", "hello")).status()).isEqualTo(200);
        startSource();
        Files.writeString(source.resolve("before"), "before");
        awaitSame();
    }

    private void startSource() throws Exception {
        sender = new Main();
        sender.setPropertyPlaceholderLocations("false");
        for (String property : new String[] {"camel.main.jmx-enabled=false", "bactrian.management.port=0",
            "bactrian.role.source=true", "bactrian.state=" + base.resolve("state"),
            "bactrian.source.copy.directory=" + source, "bactrian.source.copy.targets=" + target.url()}) {
            sender.addOverrideProperty(property.split("=", 2)[0], property.split("=", 2)[1]);
        }
        sender.start();
    }

    @AfterEach
    void stop() {
        if (sender != null) {
            sender.stop();
        }
        if (target != null) {
            target.close();
        }
    }

    /** From one address, and from so many addresses that none exceeds its limit. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void a_thousand_slow_clients_lock_nobody_out_and_leak_nothing(int addresses) throws Exception {
        long files = SYSTEM.getOpenFileDescriptorCount();
        int threads = serverThreads();
        int connections = gate().connections();
        List<SocketChannel> crowd = new ArrayList<>();
        // The following requests use new connections.
        sender.stop();
        try {
            for (int i = 0; i < CALLERS; i++) {
                crowd.add(slow(i, i % addresses));
            }
            int most = addresses == 1 ? PER_ADDRESS : TOTAL;
            await().atMost(PATIENCE).until(() -> gate().connections() > most * 9 / 10);
            assertThat(gate().connections()).isLessThanOrEqualTo(TOTAL);
            assertThat(serverThreads()).as("threads").isLessThanOrEqualTo(threads + 20);

            assertThat(gate().refusals().all().get("too-many-connections")).isPositive();
            startSource();
            for (int i = 0; i < 20; i++) {
                assertThat(target.raw("GET /v1/default/files/file HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        .text()).isEqualTo("hello");
                assertThat(target.batch(RunningTarget.file("file" + i, "hello " + i)).status()).isEqualTo(200);
                assertThat(target.call("GET", "default/files/file" + i, "").text()).isEqualTo("hello " + i);
                Files.writeString(source.resolve("during" + i), "during " + i);
            }
            awaitSame();
            assertThat(gate().connections()).as("the crowd is still there").isGreaterThan(most * 9 / 10);
        } finally {
            for (SocketChannel caller : crowd) {
                caller.close();
            }
        }
        await("connections").atMost(PATIENCE).until(() -> gate().connections() <= connections + 20);
        await("open files").atMost(PATIENCE).until(() -> SYSTEM.getOpenFileDescriptorCount() <= files + 60);
        // Threads that a source starts on demand end after ten idle seconds
        await("threads").atMost(PATIENCE).until(() -> serverThreads() <= threads + 20);
        Files.writeString(source.resolve("after"), "after");
        awaitSame();
    }

    /** Sends half of a head from one of the loopback addresses. */
    private SocketChannel slow(int number, int address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        if (address > 0) {
            try {
                channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (1 + address)}), 0));
            } catch (IOException e) {
                channel.close();
                assumeTrue(false, "this system has only one address of loopback: " + e.getMessage());
            }
        }
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
        String half = number % 2 == 0 ? "GET /v1/de" : "POST /v1/default/changes HTTP/1.1\r\nHost: localhost\r\nA: ";
        channel.write(ByteBuffer.wrap(half.getBytes(StandardCharsets.ISO_8859_1)));
        return channel;
    }

    private Gate gate() {
        return target.camel().getRegistry().findSingleByType(Gate.class);
    }

    /** Threads other than those of this test, its client and the JVM. */
    private static int serverThreads() {
        return (int) Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.contains("Camel") || name.contains("etty")).count();
    }

    private void awaitSame() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            try (Stream<Path> files = Files.list(source)) {
                for (Path file : files.toList()) {
                    assertThat(copy.resolve(file.getFileName())).hasSameTextualContentAs(file);
                }
            }
        });
    }
}
