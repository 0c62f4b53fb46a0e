package io.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/**
 * Tests write below directories of their own: what a test leaves beside one, when it is interrupted, is in the way of every
 * later run. This reads their sources, so it sees what they name and not what they compute.
 */
class TestFilesTest {
    /** A directory that JUnit gives: a field or a parameter. */
    private static final Pattern GIVEN = Pattern.compile(
            "@TempDir(?:\\([^)]*\\))?\\s+(?:(?:private|static|final)\\s+)*Path\\s+(\\w+)");

    /** A directory that all programs share, or a file made in it. */
    private static final Pattern SHARED = Pattern.compile("createTemp(?:File|Directory)\\(\\s*[\")]"
            + "|(?:Path\\.of|Paths\\.get|new File)\\(\\s*\"/(?:tmp|var|dev/shm|home|root)\\b"
            + "|getProperty\\(\\s*\"(?:java\\.io\\.tmpdir|user\\.home)\"");

    /** What may have to do with one, and why. */
    private static final Map<String, String> MAY = Map.of(
            "OwnDirectory.java", "it makes directories of a test's own",
            "Processes.java", "tests in several processes agree by a lock there on the ports that they use",
            "SettingsTest.java", "it puts back the home that it made Java forget; nothing is written there");

    @Test
    void nothing_is_written_beside_a_directory_that_junit_gives() throws IOException {
        assertThat(found((name, text) -> GIVEN.matcher(text).results().map(given -> given.group(1)).flatMap(given ->
                Pattern.compile("\\b" + given + "\\s*\\.(?:resolveSibling\\(|getParent\\(|resolve\\(\"\\.\\.)").matcher(text)
                        .results()))).isEmpty();
    }

    @Test
    void nothing_is_made_in_a_directory_that_all_programs_share() throws IOException {
        assertThat(found((name, text) -> MAY.containsKey(name) ? Stream.empty() : SHARED.matcher(text).results())).isEmpty();
    }

    private interface Search {
        Stream<MatchResult> in(String name, String text);
    }

    /** The places that are found, by file. */
    private static Map<String, List<String>> found(Search search) throws IOException {
        Map<String, List<String>> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                List<String> places = search.in(file.getFileName().toString(), Files.readString(file)).map(MatchResult::group)
                        .toList();
                if (!places.isEmpty()) {
                    found.put(file.toString(), places);
                }
            }
        }
        return found;
    }
}
