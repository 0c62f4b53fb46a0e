package io.bactrian;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.bactrian.tree.Digest;

/** Directories are called as Linux lets them be called, with all that means something in a URL or to Camel. */
@Timeout(600)
@EnabledOnOs(OS.LINUX)
class StrangeDirectoriesIT {
    private static final String NAME = " a?b&=#%41+;,{}$\"' {{x}} ${body} RAW(x) \\ mode=memory \n ";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path dir;
    private Path source;
    private Path target;
    private Map<String, String> environment;

    @BeforeEach
    void a_tree() throws IOException {
        source = Files.createDirectories(dir.resolve("source" + NAME).resolve(NAME));
        target = dir.resolve("target" + NAME).resolve(NAME);
        environment = Map.of("XDG_STATE_HOME", dir.resolve("state" + NAME).toString());
        Files.writeString(source.resolve("first"), "first");
    }

    @Test
    void all_of_a_directory_arrives_and_what_happens_in_it_later() throws IOException {
        processes.start(dir, environment, "mirror", source, target).awaitInStep();
        Files.writeString(source.resolve(NAME), "later");
        Files.delete(source.resolve("first"));
        Tools.awaitEqual(source, target);
        assertThat(dir.resolve("state" + NAME).resolve("bactrian")).isNotEmptyDirectory();
    }

    @Test
    void a_directory_name_may_look_like_a_placeholder_of_an_existing_property() throws IOException {
        String name = "{{bactrian.lease}} {{bactrian.management.port}} {{bactrian.once}}";
        Path from = Files.createDirectory(dir.resolve("source " + name));
        Files.writeString(from.resolve(name), "content");
        Running once = processes.start("mirror", from, dir.resolve("target " + name), "--once", "--set", "bactrian.lease=7s");
        assertThat(once.awaitExit()).as(once.output()).isZero();
        assertThatTree(dir.resolve("target " + name)).equalsTree(from);
        assertThat(once.output()).contains("mirroring " + from + " to ");
    }

    @Test
    void all_of_a_directory_arrives_once_with_a_token_whose_file_is_called_so() throws IOException {
        Path token = dir.resolve("token" + NAME);
        Path tokens = dir.resolve("tokens" + NAME);
        String secret = "0123456789abcdef".repeat(3);
        Files.writeString(token, secret);
        Files.writeString(tokens, "source sha256:" + Digest.of(secret.getBytes(StandardCharsets.US_ASCII)) + " *:write\n");
        Tools.run("chmod", "600", token.toString(), tokens.toString());
        Running once = processes.start(dir, environment, "mirror", source, target, "--once",
                "--set", "bactrian.access.token-file=" + token, "--set", "bactrian.access.tokens=" + tokens);
        assertThat(once.awaitExit()).as(once.output()).isZero();
        assertThatTree(target).equalsTree(source);
        try (var all = Files.list(dir)) {
            assertThat(all.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("source" + NAME,
                    "target" + NAME, "state" + NAME, "token" + NAME, "tokens" + NAME);
        }
    }
}
