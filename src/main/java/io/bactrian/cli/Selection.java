package io.bactrian.cli;

import io.bactrian.settings.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say which files a source sends. */
final class Selection {
    @Option(names = "--include", split = ",", paramLabel = "PATTERN",
            description = "send only what matches this Ant pattern, such as '**/*.jpg'; may be repeated")
    List<String> include = new ArrayList<>();

    @Option(names = "--exclude", split = ",", paramLabel = "PATTERN",
            description = "neither send nor delete what matches this Ant pattern; may be repeated")
    List<String> exclude = new ArrayList<>();

    Map<String, String> properties() {
        return Map.of(Property.SOURCE_INCLUDE.key("default"), String.join(",", include),
                Property.SOURCE_EXCLUDE.key("default"), String.join(",", exclude));
    }
}
