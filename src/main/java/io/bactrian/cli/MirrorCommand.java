package io.bactrian.cli;

import io.bactrian.settings.Property;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Runs both roles in one process; they still communicate over HTTP. */
@Command(name = "mirror", description = "Keeps the directory DST identical to SRC, both on this machine.")
final class MirrorCommand implements Callable<Integer>, ReplicationCommand {
    @ParentCommand
    Bactrian bactrian;

    @Mixin
    SelectionOptions selection;

    @Parameters(index = "0", paramLabel = "SRC", description = "the directory to replicate; it is not changed")
    Path source;

    @Parameters(index = "1", paramLabel = "DST", description = "the replica; created if it does not exist")
    Path target;

    @Mixin
    OnceOptions once;

    @Override
    public Integer call() throws IOException {
        selection.explain(bactrian.spec.commandLine().getErr());
        return ReplicationRun.command(bactrian, given(), once.once ? 0 : 8481);
    }

    @Override
    public Map<String, String> given() throws IOException {
        String port = Integer.toString(PortCheck.free("127.0.0.1"));
        Map<String, String> given = new TreeMap<>(selection.properties());
        given.put(Property.HTTP_HOST.key(), "127.0.0.1");
        given.put(Property.HTTP_PORT.key(), port);
        given.put(Property.SOURCE_DIRECTORY.key("default"), source.toString());
        boolean tls = bactrian.options.merge(Map.of(), Map.of(), true).getOrDefault(Property.HTTP_TLS.key(), "").equals("true");
        given.put(Property.SOURCE_TARGETS.key("default"), (tls ? "https" : "http") + "://127.0.0.1:" + port);
        given.put(Property.SOURCE_STATE.key("default"), bactrian.options.stateOf(source, target));
        given.put(Property.TARGET_DIRECTORY.key("default"), target.toString());
        given.putAll(once.properties());
        if (selection.allowRemovals) {
            given.put(Property.TARGET_GUARD.key("default"), "off");
        }
        return given;
    }
}
