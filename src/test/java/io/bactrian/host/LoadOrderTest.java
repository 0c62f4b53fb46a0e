package io.bactrian.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.Processes;
import io.bactrian.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packed route files in a Camel context that no framework has made, in whatever order the host finds them. */
class LoadOrderTest {
    private static final Comparator<Resource> BY_NAME = Comparator.comparing(Resource::getLocation);

    @TempDir
    Path dir;

    static Stream<Long> seeds() {
        return new Random().longs(3).boxed();
    }

    @Test
    void replicates_if_loaded_in_the_order_of_the_names() throws Exception {
        replicates(files -> files.sort(BY_NAME));
    }

    @Test
    void replicates_if_loaded_in_the_reverse_order() throws Exception {
        replicates(files -> files.sort(BY_NAME.reversed()));
    }

    /** The seed is in the name of the test. */
    @ParameterizedTest
    @MethodSource("seeds")
    void replicates_if_loaded_in_any_order(long seed) throws Exception {
        replicates(files -> {
            files.sort(BY_NAME);
            Collections.shuffle(files, new Random(seed));
        });
    }

    /** As examples of others do it. Without noticing, Camel would leave the routes before errors.camel.yaml with its default. */
    @Test
    void does_not_start_if_the_files_are_loaded_one_by_one_and_the_error_handling_too_late() throws Exception {
        try (CamelContext context = context()) {
            List<Resource> files = files(context);
            files.sort(BY_NAME);
            for (Resource file : files) {
                PluginHelper.getRoutesLoader(context).loadRoutes(file);
            }

            assertThatThrownBy(context::start).hasMessageContainingAll("bactrian.role.source=true, but 2 of its 21 routes "
                    + "(announce-content, drop-contents) are without the error handling of errors.camel.yaml", "in one call");
            assertThat(context.isStarted()).isFalse();
        }
    }

    @Test
    void replicates_if_the_files_are_loaded_one_by_one_and_the_error_handling_first() throws Exception {
        try (CamelContext context = context()) {
            List<Resource> files = files(context);
            files.sort(Comparator.comparing((Resource file) -> !file.getLocation().endsWith("errors.camel.yaml"))
                    .thenComparing(BY_NAME.reversed()));
            for (Resource file : files) {
                PluginHelper.getRoutesLoader(context).loadRoutes(file);
            }
            replicates(context);
        }
    }

    private interface Order {
        void put(List<Resource> files);
    }

    private void replicates(Order order) throws Exception {
        try (CamelContext context = context()) {
            List<Resource> files = files(context);
            order.put(files);
            PluginHelper.getRoutesLoader(context).loadRoutes(files);
            replicates(context);
        }
    }

    private void replicates(CamelContext context) throws Exception {
        Path source = dir.resolve("source");
        Path target = dir.resolve("target");
        Files.writeString(source.resolve("a"), "now");
        Files.writeString(source.resolve("sub/b"), "too");
        context.start();

        Tools.awaitEqual(source, target);
        Files.writeString(source.resolve("sub/c"), "later");
        Files.delete(source.resolve("a"));
        Tools.awaitReferee(source, target);

        context.stop();
        assertThat(context.isStopped()).isTrue();
    }

    private CamelContext context() throws Exception {
        Files.createDirectories(dir.resolve("source/sub"));
        int port = Processes.freePort();
        CamelContext context = new DefaultCamelContext();
        Map.of("bactrian.role.source", "true", "bactrian.role.target", "true", "bactrian.http.port", Integer.toString(port),
                "bactrian.source.default.directory", dir.resolve("source").toString(),
                "bactrian.source.default.targets", Processes.url(port),
                "bactrian.target.default.directory", dir.resolve("target").toString(),
                "bactrian.state", dir.resolve("state").toString(), "bactrian.management.port", "0", "bactrian.stop.within", "1s")
                .forEach((key, value) -> context.getPropertiesComponent().addInitialProperty(key, value));
        return context;
    }

    private static List<Resource> files(CamelContext context) throws Exception {
        return new ArrayList<>(PluginHelper.getPackageScanResourceResolver(context).findResources("classpath:camel/*.yaml"));
    }
}
