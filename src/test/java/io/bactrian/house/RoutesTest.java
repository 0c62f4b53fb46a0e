package io.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.bactrian.wire.Operation;
import org.apache.camel.ExchangeProperty;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What holds for every file in {@code routes/}. */
class RoutesTest {
    private static final Pattern PROPERTY = Pattern.compile("exchangeProperty\\.(\\w+)");

    private final Map<String, String> texts = new TreeMap<>();
    private final Map<String, List<Map<String, Object>>> routes = new TreeMap<>();
    private final Map<String, Map<String, Object>> beans = new TreeMap<>();
    private final Set<String> configurations = new TreeSet<>();

    RoutesTest() {
        RouteSources.texts().forEach((file, text) -> texts.put(file.getFileName().toString(), text));
        texts.forEach((file, text) -> {
            for (Map<String, Object> part : parse(text)) {
                part.forEach((kind, content) -> take(file, kind, content));
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> parse(String text) {
        return (List<Map<String, Object>>) new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    @SuppressWarnings("unchecked")
    private void take(String file, String kind, Object content) {
        switch (kind) {
            case "route" -> routes.computeIfAbsent(file, key -> new ArrayList<>()).add((Map<String, Object>) content);
            case "routeTemplate" -> {
                Map<String, Object> template = (Map<String, Object>) content;
                Map<String, Object> route = new TreeMap<>((Map<String, Object>) template.get("route"));
                route.put("id", template.get("id"));
                // It runs only where a route of the same role makes it.
                route.put("precondition", "bactrian.role");
                routes.computeIfAbsent(file, key -> new ArrayList<>()).add(route);
            }
            case "beans" -> ((List<Map<String, Object>>) content)
                    .forEach(bean -> beans.put((String) bean.get("name"), bean));
            case "routeConfiguration" -> configurations.add((String) ((Map<String, Object>) content).get("id"));
            default -> assertThat(kind).as(file).isEqualTo("onException");
        }
    }

    private Stream<Map<String, Object>> all() {
        return routes.values().stream().flatMap(List::stream);
    }

    /** The ids of all routes and templates. */
    List<String> ids() {
        return all().map(route -> (String) route.get("id")).toList();
    }

    @Test
    void every_route_has_a_kebab_case_id_and_one_line_that_says_what_it_does() {
        assertThat(all()).hasSizeGreaterThan(20).allSatisfy(route -> {
            assertThat((String) route.get("id")).matches("[a-z]+(-[a-z]+)+");
            assertThat((String) route.get("description")).as("%s", route.get("id")).isNotBlank()
                    .doesNotContain("\n").matches("[A-Z].*[^.]").hasSizeBetween(20, 110);
        });
        assertThat(all().map(route -> route.get("id"))).doesNotHaveDuplicates();
    }

    @Test
    void every_file_is_called_as_its_first_route_but_for_the_beans() {
        assertThat(routes).allSatisfy((file, inside) ->
                assertThat(inside.get(0).get("id") + ".camel.yaml").isEqualTo(file));
    }

    @Test
    void the_architecture_page_names_every_file() throws IOException {
        assertThat(Files.readString(Path.of("docs/architecture.md"))).contains(texts.keySet().stream()
                .map(file -> '`' + file.replace(".camel.yaml", "") + '`').toList());
    }

    @Test
    void every_file_begins_with_why_it_exists_and_fits_on_a_screen() {
        assertThat(texts).allSatisfy((file, text) -> {
            assertThat(text.lines().takeWhile(line -> line.startsWith("# "))).as("header of %s", file)
                    .hasSizeGreaterThanOrEqualTo(2);
            assertThat((int) text.lines().count()).as("lines of %s", file).isLessThanOrEqualTo(80);
        });
    }

    /** Or they would overwrite each other in the jar, where they lie in one directory. */
    @Test
    void no_two_files_have_the_same_name() {
        assertThat(texts).hasSameSizeAs(RouteSources.texts());
    }

    @Test
    void every_file_lies_in_the_directory_of_its_role() {
        Map<String, List<String>> roles = Map.of("source", List.of("bactrian.role.source", "bactrian.role.verify"),
                "target", List.of("bactrian.role.target"), "manage", List.of("bactrian.management.port"));
        assertThat(RouteSources.texts().keySet()).filteredOn(file -> file.getNameCount() > 1).hasSizeGreaterThan(20)
                .allSatisfy(file -> assertThat(routes.get(file.getFileName().toString())).allSatisfy(route ->
                        assertThat(file.toString().startsWith("source/watch-source") ? "bactrian.role.source"
                                : String.valueOf(route.get("precondition"))).as("%s in %s", route.get("id"), file)
                                .containsAnyOf(roles.get(file.getName(0).toString()).toArray(String[]::new))));
    }

    @Test
    void every_operation_of_the_interface_has_its_route_and_is_documented() throws IOException {
        String wire = Files.readString(Path.of("docs/wire.md"));
        assertThat(Operation.values()).allSatisfy(operation -> {
            assertThat(all().filter(route -> operation.route().equals(route.get("id")))).as("%s", operation).singleElement()
                    .satisfies(route -> assertThat(route.toString()).contains("direct:" + operation.route()));
            assertThat(wire).contains("`" + operation.method() + " " + operation.resource());
        });
    }

    @Test
    void every_route_has_its_role_as_precondition() {
        assertThat(all()).allSatisfy(route -> assertThat(String.valueOf(route.get("precondition")))
                .as("%s", route.get("id")).containsAnyOf("bactrian.role", "bactrian.management.port"));
    }

    @Test
    void every_bean_that_is_named_exists_and_every_bean_is_named() {
        Set<String> named = new TreeSet<>(Set.of("file-watch", "netty-http"));
        texts.forEach((file, text) -> walk(parse(text), (key, value) -> {
            if (Set.of("ref", "aggregationStrategy", "idempotentRepository", "executorService").contains(key)) {
                named.add(value);
            } else if (value.startsWith("#bean:")) {
                named.add(value.substring("#bean:".length()));
            } else if (key.equals("encoders")) {
                Stream.of(value.split(",")).forEach(bean -> named.add(bean.substring("#".length())));
            }
        }));

        assertThat(beans.keySet()).containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void every_method_that_a_route_names_exists() {
        Set<List<String>> called = new HashSet<>();
        all().forEach(route -> visit(route, map -> {
            if (map.get("ref") instanceof String ref && map.get("method") instanceof String method) {
                called.add(List.of(ref, method));
            }
        }));

        assertThat(called).hasSizeGreaterThan(50).allSatisfy(call ->
                assertThat(methods((String) beans.get(call.get(0)).get("type")).map(Method::getName)).as("%s", call).contains(call.get(1)));
    }

    @Test
    void every_direct_route_that_is_called_exists_once_and_every_one_is_called() {
        List<String> exist = new ArrayList<>();
        Set<String> called = new TreeSet<>();
        all().forEach(route -> {
            String from = String.valueOf(((Map<?, ?>) route.get("from")).get("uri"));
            exist.add(from);
            walk(route, (key, value) -> {
                if (key.equals("to")) {
                    called.add(value);
                }
            });
        });

        exist.removeIf(uri -> !uri.matches("(direct|seda):.*"));
        Stream.of(Operation.values()).forEach(operation -> called.add("direct:" + operation.route()));
        assertThat(exist).containsExactlyInAnyOrderElementsOf(called);
    }

    /** Camel takes no notice of one that is not there. */
    @Test
    void every_route_configuration_that_is_named_exists_and_is_used() {
        assertThat(all().map(route -> (String) route.get("routeConfigurationId")).filter(Objects::nonNull).collect(Collectors.toSet()))
                .isEqualTo(configurations);
    }

    /** Camel's timer goes by the wall clock, and stops for as long as that is set back. */
    @Test
    void nothing_that_is_done_now_and_then_goes_by_the_wall_clock() {
        assertThat(texts).allSatisfy((file, text) -> assertThat(text).doesNotContain("timer:", "quartz:", "cron:"));
    }

    @Test
    void no_route_has_a_program_in_it() {
        assertThat(texts).allSatisfy((file, text) -> assertThat(text)
                .doesNotContain("groovy", "javascript", "joor", "jq:", "script:")
                // Camel keeps every body that an expression calls a method of.
                .doesNotContainPattern("\\$\\{[^}]*\\("));
    }

    /** What is passed on is the body, which has a type; more than two properties beside it nobody keeps in mind. */
    @Test
    void a_route_that_others_call_reads_at_most_two_properties_that_they_set() {
        Map<String, Set<String>> read = new TreeMap<>();
        all().filter(route -> String.valueOf(((Map<?, ?>) route.get("from")).get("uri")).matches("(direct|seda):.*"))
                .forEach(route -> read.put((String) route.get("id"), propertiesFromOthers(route)));

        assertThat(read).hasSizeGreaterThan(15).allSatisfy((id, properties) -> assertThat(properties).as("%s", id).hasSizeLessThanOrEqualTo(2));
        assertThat(read.get("send-parts")).containsExactly("link", "upload");
    }

    @Test
    void a_predicate_only_asks_and_its_name_says_so() {
        Set<String> predicates = new TreeSet<>();
        all().forEach(route -> visit(route, map -> {
            Stream.of("filter", "loop").map(map::get).filter(Map.class::isInstance)
                    .forEach(step -> predicate((Map<?, ?>) step, predicates));
            if (map.get("when") instanceof List<?> cases) {
                cases.forEach(when -> predicate((Map<?, ?>) when, predicates));
            }
        }));

        assertThat(predicates).hasSizeGreaterThan(10).allMatch(name -> name.matches("(is|has|needs|lacks)[A-Z].*"));
    }

    private static void predicate(Map<?, ?> step, Set<String> names) {
        if (step.get("method") instanceof Map<?, ?> bean) {
            names.add((String) bean.get("method"));
        }
    }

    private Set<String> propertiesFromOthers(Map<String, Object> route) {
        Set<String> read = new TreeSet<>();
        Set<String> set = new TreeSet<>();
        visit(route, map -> {
            if (map.get("setProperty") instanceof Map<?, ?> step) {
                set.add((String) step.get("name"));
            }
            if (map.get("ref") instanceof String ref && map.get("method") instanceof String method) {
                methods((String) beans.get(ref).get("type")).filter(is -> is.getName().equals(method))
                        .flatMap(is -> Stream.of(is.getParameters())).map(is -> is.getAnnotation(ExchangeProperty.class))
                        .filter(Objects::nonNull).forEach(is -> read.add(is.value()));
            }
        });
        walk(route, (key, value) -> PROPERTY.matcher(value).results().forEach(found -> read.add(found.group(1))));
        read.removeAll(set);
        read.removeIf(name -> name.startsWith("Camel"));
        return read;
    }

    private static void walk(Object node, BiConsumer<String, String> found) {
        visit(node, map -> map.forEach((key, value) -> {
            if (value instanceof String text) {
                found.accept(String.valueOf(key), text);
            }
        }));
    }

    private static void visit(Object node, java.util.function.Consumer<Map<?, ?>> found) {
        if (node instanceof Map<?, ?> map) {
            found.accept(map);
            map.values().forEach(value -> visit(value, found));
        } else if (node instanceof List<?> list) {
            list.forEach(value -> visit(value, found));
        }
    }

    private static Stream<Method> methods(String type) {
        try {
            return Stream.of(Class.forName(type).getMethods());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
