package io.bactrian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a running process what it is doing. */
@Command(name = "status", description = "Says what the Bactrian at URL is doing; exit code 1 if it needs attention, 3 if nobody answers.")
final class StatusCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "its management server; ports 8481 and 8482 of this machine "
            + "if not given", defaultValue = "http://127.0.0.1:8481,http://127.0.0.1:8482", split = ",",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    List<URI> urls;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        int answers = 0;
        boolean healthy = true;
        for (URI url : urls) {
            if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme()) || url.getHost() == null) {
                throw new ParameterException(spec.commandLine(), "URL=" + url
                        + " is not allowed: give the management server's address, such as http://127.0.0.1:8481");
            }
            try {
                healthy &= StatusText.print(ask(url), url, out);
                answers++;
            } catch (ConnectException e) {
                // one of the two usual ports, or none: decided below
            }
        }
        out.flush();
        return answers > 0 ? healthy ? 0 : Bactrian.ATTENTION : new Reason(Bactrian.FAILED, "nobody answers at " + urls.stream()
                .map(URI::toString).collect(Collectors.joining(" or "))
                + ": is Bactrian running, with a management port? A run with --once has none").print(
                        spec.commandLine().getErr());
    }

    private static JsonNode ask(URI url) throws IOException {
        // not java.net.http, whose start takes longer than all else here
        HttpURLConnection connection = (HttpURLConnection) url.resolve("/status").toURL().openConnection();
        connection.setConnectTimeout(2_000);
        connection.setReadTimeout(5_000);
        connection.setRequestProperty("Accept", "application/json");
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException(url + " answers " + connection.getResponseCode()
                    + " to a question for its status: is this the management port of a Bactrian?");
        }
        try (InputStream body = connection.getInputStream()) {
            return new ObjectMapper().readTree(body);
        }
    }
}
