package io.bactrian.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the status of a running process. */
@Command(name = "status", description = "Shows the status of the Bactrian at URL. Exit code 1 if it needs attention, 3 if there is "
        + "no answer.")
final class StatusCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "its management server; ports 8481 and 8482 of this machine by default",
            defaultValue = ManagementClient.USUAL, split = ",", showDefaultValue = Visibility.NEVER)
    List<URI> urls;

    private boolean healthy = true;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        ManagementClient.askEach(urls, spec, "/status", "", (url, status) -> healthy &= StatusText.print(status, url, out));
        out.flush();
        return healthy ? 0 : Bactrian.ATTENTION;
    }
}
