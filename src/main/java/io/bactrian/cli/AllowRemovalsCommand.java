package io.bactrian.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells a running process that the removals held by its guard are intended. */
@Command(name = "allow-removals", description = "Allows, once, the removals that a tripped guard of the Bactrian at URL holds back. "
        + "Exit code 1 if no guard has tripped.")
final class AllowRemovalsCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "its management server; ports 8481 and 8482 of this machine "
            + "by default", defaultValue = ManagementClient.USUAL, split = ",", showDefaultValue = Visibility.NEVER)
    List<URI> urls;

    @Option(names = "--mirror", paramLabel = "NAME", description = "only this mirror")
    String mirror = "-";

    @Override
    public Integer call() throws IOException {
        ManagementClient.check(urls, spec);
        PrintWriter out = spec.commandLine().getOut();
        int answers = 0;
        int allowed = 0;
        for (URI url : urls) {
            Optional<JsonNode> answer = ManagementClient.ask(url, "/mirrors/" + mirror + "/removals", "{}");
            answers += answer.isPresent() ? 1 : 0;
            for (JsonNode line : answer.map(is -> is.path("allowed")).orElseGet(() ->
                    com.fasterxml.jackson.databind.node.MissingNode.getInstance())) {
                out.println(Logging.printable(line.asText()));
                allowed++;
            }
        }
        if (answers == 0) {
            return new ExitReason(Bactrian.FAILED, ManagementClient.noAnswer(urls)).print(spec.commandLine().getErr());
        }
        if (allowed == 0) {
            out.println("no guard has tripped");
        }
        out.flush();
        return allowed > 0 ? 0 : 1;
    }
}
