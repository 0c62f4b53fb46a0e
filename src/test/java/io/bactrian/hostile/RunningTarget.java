package io.bactrian.hostile;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.Processes;
import io.bactrian.tree.Digest;
import io.bactrian.wire.WireHeaders;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;

/** The routes of a target as users run them, on a free port of loopback, with a client that can send anything. */
final class RunningTarget implements AutoCloseable {
    static final int MAX_BODY = 2 << 20;
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Main main = new Main();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE).build();
    private final int port;
    private final int management;

    /** An action that may fail. */
    interface Step {
        void run() throws Exception;
    }

    /** An answer as far as it could be read. */
    record Answer(int status, String type, String text) {
        JsonNode json() throws IOException {
            return JSON.readTree(text);
        }
    }

    RunningTarget(Path directory, String... properties) throws Exception {
        port = Processes.freePort();
        management = Processes.freePort();
        // Otherwise the JVM keeps each of them until it exits
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.addInitialProperty("camel.main.jmx-enabled", "false");
        main.addInitialProperty("camel.main.shutdown-timeout", "5");
        main.addInitialProperty("bactrian.role.target", "true");
        main.addInitialProperty("bactrian.http.port", Integer.toString(port));
        main.addInitialProperty("bactrian.http.max-body", Integer.toString(MAX_BODY));
        main.addInitialProperty("bactrian.management.port", "0");
        main.addInitialProperty("bactrian.content.part", "1MiB");
        main.addInitialProperty("bactrian.batch.bytes", "1MiB");
        main.addInitialProperty("bactrian.target.default.directory", directory.toString());
        for (String property : properties) {
            String[] parts = property.split("=", 2);
            main.addInitialProperty(parts[0], parts[1].equals("FREE") ? Integer.toString(management) : parts[1]);
        }
        main.start();
        // The target opens sessions and serves files only after its first scan.
        lease();
    }

    /** Sends a valid request. The path follows the mirror's name. */
    Answer call(String method, String path, String body, String... headers) throws Exception {
        return call(method, path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer call(String method, String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/" + path))
                .timeout(PATIENCE).method(method, BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.headers().firstValue("Content-Type").orElse(""),
                response.body());
    }

    /** Opens a session, or renews it: the instance is the same. */
    String lease() throws Exception {
        Answer answer = call("POST", "default/session", "{\"sender\":\"test\",\"instance\":\"one\"}");
        if (answer.status() != 200) {
            throw new IllegalStateException("no lease: " + answer);
        }
        return answer.json().get("lease").asText();
    }

    /** Sends a batch under a new lease with a new key. */
    Answer batch(String... changes) throws Exception {
        return send(lease(), "{\"changes\":[" + String.join(",", changes) + "]}");
    }

    Answer send(String lease, String body) throws Exception {
        return call("POST", "default/changes", body, WireHeaders.LEASE, lease,
                WireHeaders.IDEMPOTENCY_KEY, UUID.randomUUID().toString());
    }

    /** A small file as a change. */
    static String file(String path, String content) {
        return file(path, 0644, content, Digest.of(content.getBytes(StandardCharsets.UTF_8)));
    }

    static String file(String path, int mode, String content, Digest digest) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return "{\"op\":\"file\",\"path\":%s,\"mode\":%d,\"modified\":1600000000000000000,\"size\":%d,\"digest\":\"%s\",\"content\":\"%s\"}"
                .formatted(quoted(path), mode, bytes.length, digest, java.util.Base64.getEncoder().encodeToString(bytes));
    }

    /** Text as a JSON string with all ambiguous characters escaped. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> quoted.append(c >= ' ' && c < 127 && c != '"' && c != '\\' ? String.valueOf((char) c)
                : "\\u%04x".formatted(c)));
        return quoted.append('"').toString();
    }

    /** A connection on which anything can be written. */
    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /** A connection to the management port. */
    Socket connectManagement() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), management);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /** Writes although the other side may have stopped reading. */
    static void write(Socket socket, String text) throws IOException {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (java.net.SocketException e) {
            // The connection is closed already.
        }
    }

    /** Repeats an action until the connection is closed. */
    static void untilCut(Socket socket, Step more) {
        await().atMost(PATIENCE).until(() -> {
            try {
                more.run();
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }

    /** Writes the bytes and reads an answer; empty if the target only closes the connection. */
    Answer raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            String text = readAnswer(socket.getInputStream());
            int end = text.indexOf("\r\n\r\n");
            if (!text.startsWith("HTTP/1.1 ") || end < 0) {
                return new Answer(0, "", text);
            }
            String type = text.substring(0, end).lines().filter(line -> line.toLowerCase().startsWith("content-type:"))
                    .map(line -> line.substring(13).trim()).findFirst().orElse("");
            return new Answer(Integer.parseInt(text.substring(9, 12)), type, text.substring(end + 4));
        } catch (java.net.SocketException e) {
            return new Answer(0, "", "");
        }
    }

    /** Reads one answer: its head and a body of the announced length. */
    static String readAnswer(InputStream in) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        int wanted = Integer.MAX_VALUE;
        while (read.size() < wanted) {
            int c = in.read();
            if (c < 0) {
                break;
            }
            read.write(c);
            String text = wanted == Integer.MAX_VALUE ? read.toString(StandardCharsets.ISO_8859_1) : "";
            if (text.endsWith("\r\n\r\n")) {
                wanted = read.size() + text.lines().filter(line -> line.toLowerCase().startsWith("content-length:"))
                        .mapToInt(line -> Integer.parseInt(line.substring(15).trim())).findFirst().orElse(0);
            }
        }
        return read.toString(StandardCharsets.ISO_8859_1);
    }

    /** The management port if {@code bactrian.management.port=FREE}. */
    int management() {
        return management;
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The context with the running routes, for tests that change them. */
    CamelContext camel() {
        return main.getCamelContext();
    }

    @Override
    public void close() {
        main.stop();
    }
}
