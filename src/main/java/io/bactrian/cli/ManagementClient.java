package io.bactrian.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A client for the management port of a running Bactrian. */
final class ManagementClient {
    /** The default addresses of a target and a source on this machine. */
    static final String USUAL = "http://127.0.0.1:8481,http://127.0.0.1:8482";

    private ManagementClient() {
    }

    /** @throws ParameterException if a URL is invalid */
    static void check(List<URI> urls, CommandSpec spec) {
        for (URI url : urls) {
            if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme()) || url.getHost() == null) {
                throw new ParameterException(spec.commandLine(), "URL=" + url
                        + " is invalid: pass the URL of the management server, such as http://127.0.0.1:8481");
            }
        }
    }

    /**
     * Sends a request to each URL in turn, and passes the answers on.
     *
     * @throws IOException if nobody listens at any of them; otherwise as {@link #ask}
     */
    static void askEach(List<URI> urls, CommandSpec spec, String path, String body, BiConsumer<URI, JsonNode> answered)
            throws IOException {
        check(urls, spec);
        boolean any = false;
        for (URI url : urls) {
            // One of the two default ports may have no listener
            Optional<JsonNode> answer = ask(url, path, body);
            answer.ifPresent(is -> answered.accept(url, is));
            any |= answer.isPresent();
        }
        if (!any) {
            throw noAnswer(urls);
        }
    }

    /**
     * Sends a request; empty if nobody listens at the address.
     *
     * @param body JSON; empty for a GET request
     * @throws IOException with the answer's text if it is not a success
     */
    static Optional<JsonNode> ask(URI url, String path, String body) throws IOException {
        // java.net.http takes longer to initialize than everything else here
        HttpURLConnection connection = (HttpURLConnection) url.resolve(path).toURL().openConnection();
        connection.setConnectTimeout(2_000);
        connection.setReadTimeout(30_000);
        connection.setRequestProperty("Accept", "application/json");
        try {
            if (!body.isEmpty()) {
                connection.setRequestMethod("POST");
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            }
            int status = connection.getResponseCode();
            InputStream answer = status < 400 ? connection.getInputStream() : connection.getErrorStream();
            JsonNode read = read(answer);
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IOException(url + " answered " + status + (read.hasNonNull("detail")
                        ? ": " + read.get("detail").asText() : "; check that it is the management port of Bactrian"));
            }
            return Optional.of(read);
        } catch (ConnectException e) {
            return Optional.empty();
        }
    }

    private static JsonNode read(InputStream answer) throws IOException {
        if (answer == null) {
            return new ObjectMapper().createObjectNode();
        }
        try (answer) {
            return new ObjectMapper().readTree(answer);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            return new ObjectMapper().createObjectNode();
        }
    }

    static IOException noAnswer(List<URI> urls) {
        return new IOException("no answer from " + urls.stream().map(URI::toString).collect(Collectors.joining(" or "))
                + ": check that Bactrian is running with a management port; a run with --once has none by default");
    }
}
