package io.bactrian.cli;

import io.bactrian.settings.Property;
import io.bactrian.tree.Filter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that select the files that a source sends and removes. */
final class SelectionOptions {
    @Option(names = "--include", split = ",", paramLabel = "PATTERN",
            description = "send only what matches this Ant pattern, such as '**/*.jpg'; may be repeated")
    List<String> include = new ArrayList<>();

    @Option(names = "--exclude", split = ",", paramLabel = "PATTERN",
            description = "neither send nor delete what matches this Ant pattern; may be repeated")
    List<String> exclude = new ArrayList<>();

    @Option(names = "--allow-removals",
            description = "disable the guard: remove everything on the target that is not in the directory, however much it is")
    boolean allowRemovals;

    Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>(selected());
        if (allowRemovals) {
            properties.put(Property.SOURCE_GUARD.key("default"), "off");
        }
        return properties;
    }

    /** Prints a hint for patterns that match in the root only, which users rarely mean. */
    void explain(PrintWriter err) {
        include.stream().filter(Filter::isOfRootOnly).forEach(pattern -> explain(err, "--include", pattern));
        exclude.stream().filter(Filter::isOfRootOnly).forEach(pattern -> explain(err, "--exclude", pattern));
    }

    private static void explain(PrintWriter err, String option, String pattern) {
        err.println("bactrian: " + option + " '" + pattern + "' matches only directly in the directory; to match at any depth, use "
                + option + " '**/" + pattern + "'");
        err.flush();
    }

    private Map<String, String> selected() {
        return Map.of(Property.SOURCE_INCLUDE.key("default"), String.join(",", include),
                Property.SOURCE_EXCLUDE.key("default"), String.join(",", exclude));
    }
}
