package io.bactrian.cli;

import io.bactrian.settings.Property;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Receives into a directory. */
@Command(name = "target", description = "Receives the changes of a source and applies them to DIR.")
final class TargetCommand extends ReplicationCommand {
    @Parameters(paramLabel = "DIR", description = "the replica; created if it does not exist")
    Path directory;

    @Option(names = "--host", paramLabel = "HOST",
            description = "the address to listen on: 127.0.0.1 by default, 0.0.0.0 for all networks, which requires "
                    + "TLS and tokens")
    String host;

    @Option(names = "--insecure", description = "allow access from other machines without TLS or without tokens")
    boolean insecure;

    @Option(names = "--port", paramLabel = "PORT", description = "the port to listen on: 8480 by default, 0 for any free port")
    Integer port;

    @Option(names = "--once", description = "exit when a source has brought DIR in step")
    boolean once;

    @Override
    int managementPort() {
        return once ? 0 : 8481;
    }

    @Override
    Map<String, String> given() {
        Map<String, String> given = new TreeMap<>();
        given.put(Property.TARGET_DIRECTORY.key("default"), directory.toString());
        given.put(Property.ONCE.key(), Boolean.toString(once));
        CommonOptions.put(given, Property.HTTP_HOST, host);
        CommonOptions.put(given, Property.HTTP_PORT, port);
        if (insecure) {
            given.put(Property.HTTP_INSECURE.key(), "true");
        }
        return given;
    }
}
