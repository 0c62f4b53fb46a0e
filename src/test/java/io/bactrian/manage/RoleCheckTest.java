package io.bactrian.manage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bactrian.Processes;
import io.bactrian.house.RouteSources;
import io.bactrian.settings.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoleCheckTest {
    private static final Pattern ROUTE = Pattern.compile("(?ms)^- route(Template)?:\n    id: (\\S+)\n(.*?)(?=^- |\\z)");

    @TempDir
    Path dir;

    @Test
    void knows_the_routes_of_each_role() {
        Map<Role, Set<String>> routes = new TreeMap<>(Map.of(Role.SOURCE, new TreeSet<>(Set.of(Role.WATCH)),
                Role.TARGET, new TreeSet<>(), Role.VERIFY, new TreeSet<>()));
        for (String file : RouteSources.texts().values()) {
            Matcher route = ROUTE.matcher(file);
            while (route.find()) {
                String id = route.group(2);
                String text = route.group(3);
                routes.forEach((role, ids) -> {
                    if (text.matches("(?s).*precondition: [^\n]*" + role.on().key() + "[:}].*")) {
                        ids.add(id);
                    }
                });
            }
        }

        assertThat(routes).allSatisfy((role, ids) -> assertThat(role.routes()).isEqualTo(ids));
    }

    @Test
    void starts_if_all_routes_are_loaded() {
        Main main = main(both());
        main.start();
        try {
            assertThat(main.getCamelContext().getRoute("send-changes")).isNotNull();
            assertThat(main.getCamelContext().getStatus()).isEqualTo(ServiceStatus.Started);
        } finally {
            main.stop();
        }
    }

    @Test
    void a_role_whose_route_files_are_not_loaded_fails_the_start() {
        assertThatStart(main(with(both(), "camel.main.routes-include-pattern=classpath:none/*")))
                .contains("bactrian.role.source=true, but 21 of its 21 routes (announce-content, call-target, "
                        + "compare-changes ...) are missing")
                .contains("camel.main.routes-include-pattern=classpath:camel/*");
    }

    @Test
    void a_role_of_which_one_route_file_is_not_loaded_fails_the_start() {
        assertThatStart(main(with(both(), "camel.main.routes-exclude-pattern=**/sweep-trash*")))
                .contains("bactrian.role.target=true, but 1 of its 15 routes (sweep-trash) is missing");
    }

    @Test
    void a_role_may_be_incomplete_if_configured_so() {
        Main main = main(with(both(), "camel.main.routes-exclude-pattern=**/sweep-trash*", "bactrian.role.incomplete=true"));
        main.start();
        try {
            assertThat(main.getCamelContext().getRoute("serve-requests")).isNotNull();
        } finally {
            main.stop();
        }
    }

    @Test
    void a_role_with_an_invalid_value_fails_the_start() {
        List<String> properties = new ArrayList<>(both());
        properties.set(0, "bactrian.role.source=TRUE");

        assertThatStart(main(properties)).contains("bactrian.role.source=TRUE is not allowed: give true or false, in lower case");
    }

    @Test
    void a_role_whose_routes_are_not_started_fails_the_start_and_leaves_nothing_running() {
        Main main = main(with(both(), "camel.main.auto-startup=false"));

        assertThatStart(main).contains("bactrian.role.source=true, but ")
                .contains("not started").contains("camel.main.auto-startup");
        assertThat(main.getCamelContext().isStopped()).isTrue();
    }

    @Test
    void a_role_for_which_nothing_is_configured_fails_the_start() {
        assertThatStart(main(List.of("bactrian.role.target=true")))
                .contains("bactrian.role.target=true, but nothing is configured: set bactrian.target.default.directory");
    }

    @Test
    void checks_any_camel_context() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addInitialProperty("bactrian.role.source", "true");

            assertThat(badSetting(catchThrowable(context::start))).contains(
                    "bactrian.role.source=true, but 21 of its 21 routes");
            assertThat(context.isStarted()).isFalse();
        }
    }

    private static AbstractStringAssert<?> assertThatStart(Main main) {
        try {
            return assertThat(badSetting(catchThrowable(main::start)));
        } finally {
            main.stop();
        }
    }

    /** The message of the root cause. */
    private static String badSetting(Throwable fault) {
        return Stream.iterate(fault, Objects::nonNull, Throwable::getCause).filter(InvalidSettingException.class::isInstance)
                .map(Throwable::getMessage).findFirst().orElseThrow(() -> new AssertionError("it started", fault));
    }

    private List<String> both() {
        int port = Processes.freePort();
        return List.of("bactrian.role.source=true", "bactrian.role.target=true", "bactrian.http.port=" + port,
                "bactrian.source.default.directory=" + directory("source"), "bactrian.source.default.targets=http://127.0.0.1:" + port,
                "bactrian.target.default.directory=" + directory("target"), "bactrian.state=" + directory("state"));
    }

    private static List<String> with(List<String> properties, String... more) {
        return Stream.concat(properties.stream(), Stream.of(more)).toList();
    }

    private static Main main(List<String> properties) {
        Main main = new Main();
        main.setPropertyPlaceholderLocations("false");
        Stream.concat(Stream.of("camel.main.jmx-enabled=false", "camel.main.shutdown-timeout=5", "bactrian.management.port=0",
                "bactrian.stop.within=200ms"), properties.stream()).forEach(property -> {
                    int equals = property.indexOf('=');
                    main.addOverrideProperty(property.substring(0, equals), property.substring(equals + 1));
                });
        return main;
    }

    private Path directory(String name) {
        try {
            return Files.createDirectories(dir.resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
