package io.bactrian.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.JsonNode;

import io.bactrian.replica.Replica;
import io.bactrian.replica.scrub.Discrepancy;
import io.bactrian.replica.scrub.Scrub;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a target read all its content again. */
@Command(name = "scrub", description = "Makes a target read all of its content and prints each discrepancy, which the sender "
        + "then repairs. Exit code 1 if there was one.")
final class ScrubCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "URL|DIR", arity = "0..1", description = "the management server of a running target, by default "
            + "port 8481 of this machine; or the directory of a target that is not running")
    String where = "http://127.0.0.1:8481";

    @Option(names = "--mirror", paramLabel = "NAME", description = "the mirror, if the target has several")
    String mirror = "-";

    @Option(names = "--report", description = "only report discrepancies, do not repair them")
    boolean report;

    private long files;
    private long bytes;
    private long found;

    @Override
    public Integer call() throws IOException {
        if (where.matches("https?://.*")) {
            URI url = URI.create(where);
            ManagementClient.check(List.of(url), spec);
            scrubRemotely(url);
        } else {
            Path directory = Path.of(where);
            if (!Files.isDirectory(directory.resolve(".bactrian"))) {
                throw new ParameterException(spec.commandLine(), where + " is not a target's directory: it contains no "
                        + ".bactrian. For a running target, pass the URL of its management server, such as "
                        + "http://127.0.0.1:8481");
            }
            read(directory);
        }
        print(String.format("%,d files read, %s: %s", files, ProgressTotals.size(bytes), found == 0 ? "no discrepancies"
                : found + (found == 1 ? " discrepancy" : " discrepancies") + (report ? ", not repaired" : ", which the sender repairs")));
        return found == 0 ? 0 : 1;
    }

    private void scrubRemotely(URI url) throws IOException {
        String path = "/mirrors/" + mirror + "/scrub";
        JsonNode answer = ask(url, path, "{\"repair\":" + !report + "}");
        String run = answer.path("run").asText();
        long after = 0;
        while (true) {
            for (JsonNode finding : answer.path("findings")) {
                print(finding.path("what").asText(), finding.path("path").asText());
                after++;
            }
            if (answer.path("done").asBoolean()) {
                files = answer.path("files").asLong();
                bytes = answer.path("bytes").asLong();
                found = answer.path("found").asLong();
                return;
            }
            answer = ask(url, path + "?after=" + after, "");
            if (!answer.path("run").asText().equals(run)) {
                throw new IOException("another scrub was started at " + url);
            }
        }
    }

    private static JsonNode ask(URI url, String path, String body) throws IOException {
        return ManagementClient.ask(url, path, body).orElseThrow(() -> ManagementClient.noAnswer(List.of(url)));
    }

    private void read(Path directory) throws IOException {
        try (Replica replica = Replica.open(TargetSettings.of("default", directory, Map.of(Property.TARGET_FSYNC, "none")), 0)) {
            new Scrub(replica, !report, 0, new Scrub.Report() {
                @Override
                public void read(long more) {
                    bytes += more;
                    files += more == 0 ? 1 : 0;
                }

                @Override
                public void found(Discrepancy finding) {
                    found++;
                    print(finding.what(), finding.path());
                }
            }, () -> false).run();
        }
    }

    private void print(String what, String path) {
        print(what + ": " + (path.isEmpty() ? "." : path));
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Logging.printable(line));
        out.flush();
    }
}
