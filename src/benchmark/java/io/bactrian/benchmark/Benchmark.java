package io.bactrian.benchmark;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks' command line, which Maven's profile {@code benchmark} fills in. */
@Command(name = "benchmark", subcommands = {CompareCommand.class, MicroCommand.class},
        synopsisSubcommandLabel = "COMMAND", description = "Measures Bactrian.")
public final class Benchmark {
    private static final int FAILED = 3;

    private Benchmark() {
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Benchmark()).setExecutionExceptionHandler((e, line, parsed) -> {
            line.getErr().println("benchmark: " + e.getMessage());
            return FAILED;
        }).execute(arguments));
    }
}
