package io.bactrian.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import io.bactrian.house.RouteSources;
import org.junit.jupiter.api.Test;

/** Holds {@code application.properties}, the settings and the routes to each other. */
class PropertiesContractTest {
    private static final Pattern PROPERTY = Pattern.compile("#?(bactrian\\.[A-Za-z.-]+)=(.*)");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[?!]?(bactrian\\.[^}:]+)(?::([^}]*))?}}");

    @Test
    void the_file_lists_every_property_with_its_default_and_no_other() throws IOException {
        Map<String, String> expected = Arrays.stream(Property.values())
                .collect(Collectors.toMap(Property::key, Property::fallback));

        assertThat(declared()).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void each_property_has_a_comment_of_its_own() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("application.properties"));

        assertThat(lines).allSatisfy(line -> {
            if (PROPERTY.matcher(line).matches()) {
                assertThat(lines.get(lines.indexOf(line) - 1)).as("above %s", line).startsWith("# ").hasSizeGreaterThan(10);
            }
        });
    }

    @Test
    void each_property_is_read_by_the_settings_or_named_by_a_route() throws IOException {
        String reader = Files.readString(Path.of("src/main/java/io/bactrian/settings/SettingsParser.java"));
        String routes = String.join("\n", RouteSources.texts().values());

        assertThat(Property.values()).allSatisfy(property -> assertThat(
                Pattern.compile("\\b" + property.name() + "\\b").matcher(reader).find()
                        || routes.contains(property.key())).as(property.key()).isTrue());
    }

    @Test
    void a_placeholder_in_a_route_names_a_property_and_has_its_default() throws IOException {
        int seen = 0;
        List<String> wrong = new ArrayList<>();
        for (String route : RouteSources.texts().values()) {
            for (Matcher found = PLACEHOLDER.matcher(route); found.find();) {
                seen++;
                Optional<Property> property = Arrays.stream(Property.values())
                        .filter(known -> known.nameIn(found.group(1)).isPresent()).findFirst();
                if (property.isEmpty() || !property.get().fallback().equals(found.group(2))) {
                    wrong.add(found.group());
                }
            }
        }

        assertThat(seen).isGreaterThan(20);
        assertThat(wrong).isEmpty();
    }

    private static Map<String, String> declared() throws IOException {
        Map<String, String> declared = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("application.properties"), UTF_8)) {
            Matcher matcher = PROPERTY.matcher(line);
            if (matcher.matches()) {
                assertThat(declared.put(matcher.group(1), matcher.group(2))).as(line + " once").isNull();
            }
        }
        return declared;
    }
}
