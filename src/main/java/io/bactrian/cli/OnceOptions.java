package io.bactrian.cli;

import io.bactrian.settings.Property;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** The options of commands that may end by themselves. */
final class OnceOptions {
    @Option(names = "--once", description = "exit when every target is identical to the source as it was at some time since the start")
    boolean once;

    @Option(names = "--wait", paramLabel = "TIME",
            description = "with --once: give up, with exit code 3, when a target was unreachable for this long, such as 5m;"
                    + " 30s by default, 0 for never")
    String wait;

    Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>(Map.of(Property.ONCE.key(), Boolean.toString(once)));
        if (wait != null) {
            properties.put(Property.WAIT.key(), wait);
        }
        return properties;
    }
}
