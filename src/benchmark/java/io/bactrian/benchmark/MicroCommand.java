package io.bactrian.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import io.bactrian.benchmark.micro.ContentBenchmark;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Measures the hot code that needs no network, with JMH. */
@Command(name = "jmh", description = "Measures parts of Bactrian with JMH.")
final class MicroCommand implements Callable<Integer> {
    @Option(names = "--rows", required = true, split = ",", description = "regular expressions; all if empty")
    List<String> rows;

    @Option(names = "--runs", required = true, description = "how many JVMs each")
    int runs;

    @Option(names = "--java", required = true, description = "the program that runs them")
    String java;

    @Option(names = "--output", required = true, description = "the directory for jmh.json")
    Path output;

    /** Options of the other command, which Maven always gives. */
    @Unmatched
    List<String> others;

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(output);
        ChainedOptionsBuilder options = new OptionsBuilder().forks(runs).jvm(java).shouldFailOnError(true)
                .resultFormat(ResultFormatType.JSON).result(output.resolve("jmh.json").toString());
        rows.stream().map(String::strip).map(row -> row.isEmpty() ? ContentBenchmark.class.getPackageName() : row)
                .forEach(options::include);
        try {
            new Runner(options.build()).run();
            return 0;
        } catch (RunnerException e) {
            throw new IOException("JMH: " + e.getMessage(), e);
        }
    }
}
