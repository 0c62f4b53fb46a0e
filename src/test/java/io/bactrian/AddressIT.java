package io.bactrian;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Both ends at addresses of IPv6. */
class AddressIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path dir;

    private Path source;
    private Path target;

    @BeforeEach
    void a_tree() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            assertThat(socket.isBound()).isTrue();
        } catch (IOException e) {
            assumeTrue(false, "this machine has no IPv6: " + e.getMessage());
        }
        source = Files.createDirectory(dir.resolve("source"));
        target = dir.resolve("target");
        Files.writeString(source.resolve("a.txt"), "content");
    }

    @Test
    void a_target_listens_at_an_address_of_ipv6_and_is_found_there() throws IOException {
        int port = Processes.freePort();
        Running receives = processes.start("target", target, "--host", "::1", "--port", port, "--set", "bactrian.management.host=::1");
        receives.awaitSaying("receives on [::1]:" + port);

        assertThat(processes.start("source", source, "http://[::1]:" + port + "/", "--once").awaitExit()).isZero();

        assertThatTree(target).equalsTree(source);
        // Java asks with Host: [::1]:PORT
        assertThat(URI.create("http://[::1]:" + port + "/v1/default/files/a.txt").toURL().openStream()).hasContent("content");
        Running status = processes.start("status", "http://[::1]:" + receives.management());
        assertThat(status.awaitExit()).as(status.output()).isZero();
        assertThat(status.output()).contains(target.toString());
        assertThat(receives.output()).doesNotContain("WARN", "ERROR");
    }

    @Test
    void an_address_in_brackets_and_another_spelling_of_it_are_the_same() {
        int port = Processes.freePort();
        Running receives = processes.start("target", target, "--host", "[::1]", "--port", port, "--once");
        receives.awaitSaying("receives on [::1]:" + port);

        assertThat(processes.start("source", source, "http://[0:0:0:0:0:0:0:1]:" + port + "/default", "--once").awaitExit()).isZero();

        assertThat(receives.awaitExit()).isZero();
        assertThatTree(target).equalsTree(source);
    }

    @Test
    void localhost_may_be_an_address_of_ipv6_alone() throws IOException {
        assumeTrue(Tools.succeeds("unshare", "-m", "true"), "needs root, for a mount namespace");
        Path hosts = Files.writeString(dir.resolve("hosts"), "::1 localhost\n");
        String alone = "mount --make-rprivate / && mount --bind " + hosts + " /etc/hosts";
        int port = Processes.freePort();
        Running receives = processes.startAmong(alone, "target", target, "--host", "localhost", "--port", port);
        receives.awaitSaying("receives on localhost:" + port);

        Running sends = processes.startAmong(alone, "source", source, "http://localhost:" + port, "--once");

        assertThat(sends.awaitExit()).as(sends.output()).isZero();
        assertThatTree(target).equalsTree(source);
        assertThat(URI.create("http://[::1]:" + port + "/v1/default/files/a.txt").toURL().openStream()).hasContent("content");
    }

    @Test
    void refuses_an_address_with_a_scope_with_an_explanation() {
        Running host = processes.start("target", target, "--host", "fe80::1%lo");
        Running url = processes.start("source", source, "http://[fe80::1%lo]:8480");

        assertThat(host.awaitExit()).isEqualTo(2);
        assertThat(host.output()).contains("fe80::1%lo", "an address without a scope");
        assertThat(url.awaitExit()).isEqualTo(2);
        assertThat(url.output()).contains("http://[fe80::1%lo]:8480", "an address without a scope");
    }
}
