package io.bactrian.cli;

import io.bactrian.settings.Property;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares a directory with a target, and changes neither. */
@Command(name = "verify", description = "Prints each difference between DIR and a target; exit code 1 if there is one.")
final class VerifyCommand extends ReplicationCommand {
    @Parameters(index = "0", paramLabel = "DIR", description = "the source directory")
    Path directory;

    @Parameters(index = "1", paramLabel = "URL",
            description = "the target: http://HOST:PORT, or http://HOST:PORT/NAME if its mirrors have names")
    String target;

    @Option(names = "--quick", description = "the target does not read files whose size and times are unchanged since it wrote them")
    boolean quick;

    @Override
    int managementPort() {
        return 0;
    }

    @Override
    Map<String, String> given() {
        return Map.of(Property.VERIFY_DIRECTORY.key(), directory.toString(),
                Property.VERIFY_TARGET.key(), target, Property.VERIFY_CONTENT.key(), Boolean.toString(!quick));
    }
}
