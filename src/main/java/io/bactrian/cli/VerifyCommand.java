package io.bactrian.cli;

import io.bactrian.settings.Property;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Compares a directory with a target, and changes neither. */
@Command(name = "verify", description = "Prints each difference between DIR and a target; exit code 1 if there is one.")
final class VerifyCommand implements Callable<Integer>, ReplicationCommand {
    @ParentCommand
    Bactrian bactrian;

    @Parameters(index = "0", paramLabel = "DIR", description = "the source directory")
    Path directory;

    @Parameters(index = "1", paramLabel = "URL",
            description = "the target: http://HOST:PORT, or http://HOST:PORT/NAME if its mirrors have names")
    String target;

    @Option(names = "--quick", description = "the target does not read files whose size and times are unchanged since it wrote them")
    boolean quick;

    @Override
    public Integer call() {
        return ReplicationRun.command(bactrian, given(), 0);
    }

    @Override
    public Map<String, String> given() {
        return Map.of(Property.VERIFY_DIRECTORY.key(), directory.toString(),
                Property.VERIFY_TARGET.key(), target, Property.VERIFY_CONTENT.key(), Boolean.toString(!quick));
    }
}
