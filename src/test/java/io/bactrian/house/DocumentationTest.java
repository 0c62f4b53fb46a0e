package io.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.bactrian.Tools;
import io.bactrian.settings.Property;
import org.junit.jupiter.api.Test;

/** What holds for README.md and docs; {@link DocumentedCommandsIT} runs their commands. */
class DocumentationTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]*))?\\)");
    private static final Pattern PROPERTY = Pattern.compile("(?<![\\w./-])bactrian((?:\\.[a-zA-Z][a-zA-Z-]*)+)");
    private static final Pattern PAGE = Pattern.compile("docs/[a-z-]+\\.md");

    /** Files that are called like a property. */
    private static final Set<String> FILES = Set.of("bactrian.jar", "bactrian.start");

    private final List<Page> pages = Page.all();

    DocumentationTest() throws IOException {
    }

    @Test
    void the_readme_is_short() {
        assertThat(Page.of(Path.of("README.md")).text().lines().count()).isLessThanOrEqualTo(150);
    }

    @Test
    void the_readme_leads_to_every_page() {
        String readme = Page.of(Path.of("README.md")).text();
        assertThat(pages).hasSizeGreaterThan(10)
                .allSatisfy(page -> assertThat(page.file().equals(Path.of("README.md")) || readme.contains("(" + page.file() + ")"))
                        .as("%s", page).isTrue());
    }

    @Test
    void every_link_leads_to_a_file_and_every_anchor_to_a_heading() {
        assertThat(pages.stream().flatMap(page -> LINK.matcher(page.prose()).results())).hasSizeGreaterThan(50)
                .anyMatch(link -> link.group(2) != null);
        assertThat(pages).allSatisfy(page -> assertThat(LINK.matcher(page.prose()).results()).allSatisfy(link -> {
            Path file = link.group(1).isEmpty() ? page.file() : page.file().resolveSibling(link.group(1)).normalize();
            assertThat(Files.exists(file)).as("%s, linked from %s", file, page).isTrue();
            if (link.group(2) != null) {
                assertThat(Page.of(file).anchors()).as("%s, linked from %s", file, page).contains(link.group(2));
            }
        }));
    }

    @Test
    void every_page_that_something_else_names_exists() throws IOException {
        Map<String, Path> named = new TreeMap<>();
        for (String root : List.of("src/main", "routes", "docker", "application.properties")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                files.filter(Files::isRegularFile).map(Page::of).forEach(file ->
                        PAGE.matcher(file.text()).results().forEach(page -> named.put(page.group(), file.file())));
            }
        }
        assertThat(named).isNotEmpty().allSatisfy((page, file) -> assertThat(Path.of(page)).as("named in %s", file).exists());
    }

    @Test
    void every_property_that_a_page_names_exists() {
        List<String> declared = Property.all().stream().map(Property::key).collect(Collectors.toList());

        assertThat(pages.stream().flatMap(page -> PROPERTY.matcher(page.text()).results())).hasSizeGreaterThan(50);
        assertThat(pages).allSatisfy(page -> assertThat(PROPERTY.matcher(page.text()).results()
                .map(property -> "bactrian" + property.group(1).replaceAll("^\\.(source|target)\\.[a-z]+\\.", ".$1.NAME."))
                .filter(name -> !FILES.contains(name))).as("%s", page).isSubsetOf(declared));
    }

    @Test
    void every_block_of_commands_is_a_script_that_a_shell_can_read() {
        assertThat(pages.stream().flatMap(page -> page.commands().stream())).hasSizeGreaterThan(10)
                .allSatisfy(commands -> Tools.run("sh", "-n", "-c", commands.script()));
    }

    @Test
    void every_remark_on_commands_is_one_that_tests_know() {
        assertThat(pages.stream().flatMap(page -> page.commands().stream())).hasSizeGreaterThan(10).allSatisfy(commands -> assertThat(
                commands.remark().isEmpty() || commands.isForSyntaxOnly() || commands.runUntilStopped())
                .as(commands.remark()).isTrue());
    }
}
