package io.bactrian.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
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

    @Parameters(paramLabel = "URL", description = "its management server; ports 8481 and 8482 of this machine by default",
            defaultValue = ManagementClient.USUAL, split = ",", showDefaultValue = Visibility.NEVER)
    List<URI> urls;

    @Option(names = "--mirror", paramLabel = "NAME", description = "only this mirror")
    String mirror = "-";

    private int allowed;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        ManagementClient.askEach(urls, spec, "/mirrors/" + mirror + "/removals", "{}", (url, answer) -> {
            answer.path("allowed").forEach(line -> out.println(Logging.printable(line.asText())));
            allowed += answer.path("allowed").size();
        });
        if (allowed == 0) {
            out.println("no guard has tripped");
        }
        out.flush();
        return allowed > 0 ? 0 : 1;
    }
}
