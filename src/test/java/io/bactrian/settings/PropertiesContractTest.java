package io.bactrian.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.bactrian.house.RouteSources;
import io.bactrian.settings.Property.Scope;
import org.junit.jupiter.api.Test;

/** Compares everything that names a property with its declaration in {@link Property}. */
class PropertiesContractTest {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[?!]?(bactrian\\.[^}:]+)(?::([^}]*))?}}");
    private static final Path DECLARATIONS = Path.of("src/main/java/io/bactrian/settings/Property.java");

    @Test
    void the_generated_files_are_those_of_the_declarations() throws IOException {
        Map<Path, String> files = Map.of(PropertyFiles.PROPERTIES, PropertyFiles.properties(), PropertyFiles.PAGE, PropertyFiles.page());
        if (System.getProperty("regenerate") != null) {
            for (Map.Entry<Path, String> file : files.entrySet()) {
                Files.writeString(file.getKey(), file.getValue());
            }
        }

        assertThat(files).allSatisfy((file, text) -> assertThat(file).as("to write it: mvn test -Dtest=PropertiesContractTest "
                + "-Dregenerate").content().isEqualTo(text));
    }

    @Test
    void the_generated_file_sets_every_property_of_the_process_to_its_default() throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(PropertyFiles.properties()));

        assertThat(properties).containsExactlyInAnyOrderEntriesOf(Property.all().stream()
                .filter(property -> property.scope() == Scope.PROCESS)
                .collect(Collectors.toMap(Property::key, Property::defaultValue)));
    }

    @Test
    void every_default_is_allowed_and_every_description_is_sentences() {
        assertThat(Property.all()).hasSizeGreaterThan(70).allSatisfy(property -> {
            assertThat(property.description()).as(property.key()).matches("[A-Z].{15,}\\.");
            if (!property.defaultValue().isEmpty()) {
                assertThatCode(() -> property.parse("a", Map.of())).doesNotThrowAnyException();
            }
        });
    }

    @Test
    void every_key_is_declared_once() {
        assertThat(Property.all()).extracting("key").doesNotHaveDuplicates();
    }

    @Test
    void every_property_is_used_by_the_code_or_named_by_a_route() throws Exception {
        String routes = String.join("\n", RouteSources.texts().values());
        StringBuilder code = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java") && !file.equals(DECLARATIONS)).toList()) {
                String text = Files.readString(file);
                code.append(text.contains("import static io.bactrian.settings.Property.*;")
                        ? text.replaceAll("\\b([A-Z_]{3,})\\b", "Property.$1") : text);
            }
        }
        for (Field field : Property.class.getFields()) {
            if (field.getType() == Property.class) {
                String key = ((Property<?>) field.get(null)).key();
                assertThat(Pattern.compile("\\bProperty\\." + field.getName() + "\\b").matcher(code).find()
                        || routes.contains("{{" + key)).as(key).isTrue();
            }
        }
    }

    @Test
    void a_placeholder_in_a_route_names_a_property_and_has_its_default() throws IOException {
        int seen = 0;
        List<String> wrong = new ArrayList<>();
        for (String route : RouteSources.texts().values()) {
            for (Matcher found = PLACEHOLDER.matcher(route); found.find();) {
                seen++;
                Optional<Property<?>> property = Property.all().stream()
                        .filter(known -> known.nameIn(found.group(1)).isPresent()).findFirst();
                if (property.isEmpty() || !property.get().defaultValue().equals(found.group(2))) {
                    wrong.add(found.group());
                }
            }
        }

        assertThat(seen).isGreaterThan(20);
        assertThat(wrong).isEmpty();
    }
}
