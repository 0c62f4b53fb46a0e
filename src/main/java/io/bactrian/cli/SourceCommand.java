package io.bactrian.cli;

import io.bactrian.settings.Property;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Sends a directory. */
@Command(name = "source", description = "Sends DIR and its changes to one or more targets.")
final class SourceCommand implements Callable<Integer>, ReplicationCommand {
    @ParentCommand
    Bactrian bactrian;

    @Mixin
    SelectionOptions selection;

    @Parameters(index = "0", paramLabel = "DIR", description = "the directory to replicate; it is not changed")
    Path directory;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "URL",
            description = "a target: http://HOST:PORT, or http://HOST:PORT/NAME if its mirrors have names")
    List<String> targets;

    @Mixin
    OnceOptions once;

    @Override
    public Integer call() {
        selection.explain(bactrian.spec.commandLine().getErr());
        return ReplicationRun.command(bactrian, given(), once.once ? 0 : 8482);
    }

    @Override
    public Map<String, String> given() {
        Map<String, String> given = new TreeMap<>(selection.properties());
        given.put(Property.SOURCE_DIRECTORY.key("default"), directory.toString());
        given.put(Property.SOURCE_TARGETS.key("default"), String.join(",", targets));
        given.put(Property.SOURCE_STATE.key("default"), bactrian.options.stateOf(directory));
        given.putAll(once.properties());
        return given;
    }
}
