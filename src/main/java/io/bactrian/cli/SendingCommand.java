package io.bactrian.cli;

import io.bactrian.settings.Property;
import io.bactrian.tree.Filter;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** A command that runs a source: options that select the files that are sent and removed, and that let the run end by itself. */
abstract class SendingCommand extends ReplicationCommand {
    @Option(names = "--include", split = ",", paramLabel = "PATTERN",
            description = "send only what matches this Ant pattern, such as '**/*.jpg'; may be repeated")
    List<String> include = new ArrayList<>();

    @Option(names = "--exclude", split = ",", paramLabel = "PATTERN",
            description = "neither send nor delete what matches this Ant pattern; may be repeated")
    List<String> exclude = new ArrayList<>();

    @Option(names = "--allow-removals",
            description = "disable the guard: remove everything on the target that is not in the directory, however much it is")
    boolean allowRemovals;

    @Option(names = "--once", description = "exit when every target is identical to the source as it was at some time since the start")
    boolean once;

    @Option(names = "--wait", paramLabel = "TIME",
            description = "with --once: give up, with exit code 3, when a target was unreachable for this long, such as 5m;"
                    + " 30s by default, 0 for never")
    String wait;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = bactrian.spec.commandLine().getErr();
        explain(err, "--include", include);
        explain(err, "--exclude", exclude);
        return super.call();
    }

    /** Prints a hint for patterns that match in the root only, which users rarely mean. */
    private static void explain(PrintWriter err, String option, List<String> patterns) {
        patterns.stream().filter(Filter::isOfRootOnly).forEach(pattern -> err.println("bactrian: " + option + " '" + pattern
                + "' matches only directly in the directory; to match at any depth, use " + option + " '**/" + pattern + "'"));
        err.flush();
    }

    @Override
    Map<String, String> given() throws IOException {
        Map<String, String> given = new TreeMap<>();
        given.put(Property.SOURCE_INCLUDE.key("default"), String.join(",", include));
        given.put(Property.SOURCE_EXCLUDE.key("default"), String.join(",", exclude));
        if (allowRemovals) {
            given.put(Property.SOURCE_GUARD.key("default"), "off");
        }
        given.put(Property.ONCE.key(), Boolean.toString(once));
        CommonOptions.put(given, Property.WAIT, wait);
        return given;
    }
}
