package io.bactrian.cli;

import io.bactrian.settings.Property;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs both roles in one process; they still communicate over HTTP. */
@Command(name = "mirror", description = "Keeps the directory DST identical to SRC, both on this machine.")
final class MirrorCommand extends SendingCommand {
    @Parameters(index = "0", paramLabel = "SRC", description = "the directory to replicate; it is not changed")
    Path source;

    @Parameters(index = "1", paramLabel = "DST", description = "the replica; created if it does not exist")
    Path target;

    @Override
    int managementPort() {
        return once ? 0 : 8481;
    }

    @Override
    Map<String, String> given() throws IOException {
        String port = Integer.toString(PortCheck.free("127.0.0.1"));
        Map<String, String> given = super.given();
        given.put(Property.HTTP_HOST.key(), "127.0.0.1");
        given.put(Property.HTTP_PORT.key(), port);
        given.put(Property.SOURCE_DIRECTORY.key("default"), source.toString());
        boolean tls = bactrian.options.merge(Map.of(), Map.of(), true).getOrDefault(Property.HTTP_TLS.key(), "").equals("true");
        given.put(Property.SOURCE_TARGETS.key("default"), (tls ? "https" : "http") + "://127.0.0.1:" + port);
        given.put(Property.SOURCE_STATE.key("default"), bactrian.options.stateOf(source, target));
        given.put(Property.TARGET_DIRECTORY.key("default"), target.toString());
        if (allowRemovals) {
            given.put(Property.TARGET_GUARD.key("default"), "off");
        }
        return given;
    }
}
