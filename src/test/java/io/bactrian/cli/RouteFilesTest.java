package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding the route files in the runnable jar. */
class RouteFilesTest {
    @TempDir
    Path dir;

    @Test
    void are_the_files_directly_in_camels_directory() throws IOException {
        Path jar = jar("camel/b.camel.yaml", "camel/a.camel.yaml", "camel/", "camel/deep/c.yaml", "org/camel/d.yaml", "e.yaml");
        assertThat(RouteFiles.pattern(jar)).contains("classpath:camel/a.camel.yaml,classpath:camel/b.camel.yaml");
    }

    /** If they are not first, Camel makes every bean twice. */
    @Test
    void begin_with_the_beans() throws IOException {
        Path jar = jar("camel/announce.camel.yaml", "camel/beans.camel.yaml", "camel/call.camel.yaml");
        assertThat(RouteFiles.pattern(jar)).contains(
                "classpath:camel/beans.camel.yaml,classpath:camel/announce.camel.yaml,classpath:camel/call.camel.yaml");
    }

    @Test
    void are_left_to_camel_without_a_jar_or_routes_in_it() throws IOException {
        assertThat(RouteFiles.pattern(dir)).isEmpty();
        assertThat(RouteFiles.pattern(jar("other/a.yaml"))).isEmpty();
    }

    private Path jar(String... names) throws IOException {
        Path jar = dir.resolve("it.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String name : List.of(names)) {
                zip.putNextEntry(new ZipEntry(name));
            }
        }
        return jar;
    }
}
