package io.bactrian.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import io.bactrian.settings.Property.Scope;

/** Generates the files that list all properties from their declarations. Stateless. */
final class PropertyFiles {
    static final Path PROPERTIES = Path.of("application.properties");
    static final Path PAGE = Path.of("docs/properties.md");

    private static final int WIDTH = 120;

    /** Headings by prefix of the keys; of several prefixes, the longest counts. */
    private static final Map<String, String> HEADINGS = Map.of(
            "bactrian.source.", "Sources",
            "bactrian.target.", "Targets",
            "bactrian.http.", "The HTTP server of targets",
            "bactrian.access.", "Authentication",
            "bactrian.management.", "The management server",
            "bactrian.", "The process",
            "bactrian.role.", "Roles",
            "bactrian.verify.", "The command verify");

    private PropertyFiles() {
    }

    static String properties() {
        List<String> lines = new ArrayList<>(comment("Every property of Bactrian, with its default. Generated from the class Property: "
                + "see CONTRIBUTING.md. `java -jar bactrian.jar`, without a command, reads this file from the working directory. "
                + "docs/configuration.md explains how properties are written. NAME is the name of a mirror."));
        String heading = "";
        for (Property<?> property : Property.all()) {
            if (!heading.equals(heading(property))) {
                heading = heading(property);
                lines.addAll(List.of("", "# --- " + heading, ""));
            }
            lines.addAll(comment(property.description()));
            lines.addAll(comment("Value: " + property.allowed()));
            lines.add((property.scope() == Scope.PROCESS ? "" : "#") + property.key() + '=' + property.defaultValue());
        }
        return String.join("\n", lines) + '\n';
    }

    static String page() {
        StringBuilder page = new StringBuilder("""
                # Properties

                <!-- Generated from the class Property: see CONTRIBUTING.md -->

                All properties. [Configuration](configuration.md) explains how they are written, where they are set and how they fit
                together. `NAME` is the name of a mirror. [application.properties](../application.properties) has the same list as
                a file to start from.
                """);
        String heading = "";
        for (Property<?> property : Property.all()) {
            if (!heading.equals(heading(property))) {
                heading = heading(property);
                page.append("\n## ").append(heading).append("\n\n| property | meaning | value | default |\n|---|---|---|---|\n");
            }
            String meaning = property.description().replaceAll("docs/([a-z-]+\\.md)", "[docs/$1]($1)");
            page.append("| `").append(property.key()).append("` | ").append(meaning).append(" | ").append(property.allowed())
                    .append(" | ").append(property.defaultValue().isEmpty() ? "" : '`' + property.defaultValue() + '`').append(" |\n");
        }
        return page.toString();
    }

    private static String heading(Property<?> property) {
        return HEADINGS.get(HEADINGS.keySet().stream().filter(property.key()::startsWith)
                .max(Comparator.comparing(String::length)).orElseThrow());
    }

    /** The text in lines that begin with a number sign. */
    private static List<String> comment(String text) {
        List<String> lines = new ArrayList<>(List.of("#"));
        for (String word : text.split(" ")) {
            int last = lines.size() - 1;
            if (lines.get(last).length() + 1 + word.length() > WIDTH) {
                lines.add("# " + word);
            } else {
                lines.set(last, lines.get(last) + ' ' + word);
            }
        }
        return lines;
    }
}
