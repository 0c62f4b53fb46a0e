package io.bactrian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the status of a running process. */
@Command(name = "status", description = "Shows the status of the Bactrian at URL. Exit code 1 if it needs attention, 3 if there is no answer.")
final class StatusCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "its management server; ports 8481 and 8482 of this machine "
            + "by default", defaultValue = ManagementClient.USUAL, split = ",",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    List<URI> urls;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        ManagementClient.check(urls, spec);
        int answers = 0;
        boolean healthy = true;
        for (URI url : urls) {
            // One of the two default ports may have no listener; decided below
            Optional<JsonNode> status = ManagementClient.ask(url, "/status", "");
            if (status.isPresent()) {
                healthy &= StatusText.print(status.get(), url, out);
                answers++;
            }
        }
        out.flush();
        return answers > 0 ? healthy ? 0 : Bactrian.ATTENTION : new ExitReason(Bactrian.FAILED, ManagementClient.noAnswer(urls)).print(
                        spec.commandLine().getErr());
    }
}
