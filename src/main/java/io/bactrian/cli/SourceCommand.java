package io.bactrian.cli;

import io.bactrian.settings.Property;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sends a directory. */
@Command(name = "source", description = "Sends DIR and its changes to one or more targets.")
final class SourceCommand extends SendingCommand {
    @Parameters(index = "0", paramLabel = "DIR", description = "the directory to replicate; it is not changed")
    Path directory;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "URL",
            description = "a target: http://HOST:PORT, or http://HOST:PORT/NAME if its mirrors have names")
    List<String> targets;

    @Override
    int managementPort() {
        return once ? 0 : 8482;
    }

    @Override
    Map<String, String> given() throws IOException {
        Map<String, String> given = super.given();
        given.put(Property.SOURCE_DIRECTORY.key("default"), directory.toString());
        given.put(Property.SOURCE_TARGETS.key("default"), String.join(",", targets));
        given.put(Property.SOURCE_STATE.key("default"), bactrian.options.stateOf(directory));
        return given;
    }
}
