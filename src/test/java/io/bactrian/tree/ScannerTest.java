package io.bactrian.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScannerTest {
    @TempDir
    Path temporary;

    @Test
    void lists_names_in_byte_order_with_their_types() throws IOException {
        for (String name : new String[] {"b", "ab", "a-b", "B", "é", "\uFB01", "😀", " "}) {
            Files.writeString(temporary.resolve(name), name);
        }
        Files.createDirectory(temporary.resolve("a"));
        Files.writeString(temporary.resolve("a/below"), "");
        Files.createSymbolicLink(temporary.resolve("link"), Path.of("a"));

        Scanner.Listing listing = Scanner.list(temporary);
        assertThat(listing.children().keySet())
                .containsExactly(" ", "B", "a", "a-b", "ab", "b", "link", "é", "\uFB01", "😀");
        assertThat(listing.children().get("a").kind()).isEqualTo(Stat.Kind.DIRECTORY);
        assertThat(listing.children().get("link").kind()).isEqualTo(Stat.Kind.LINK);
        assertThat(listing.children().get("b")).isEqualTo(Stat.of(temporary.resolve("b")).orElseThrow());
        assertThat(listing.problems()).isEmpty();
    }

    @Test
    void reports_names_that_are_not_utf8_and_lists_the_rest() throws Exception {
        String script = "cd '" + temporary + "' && touch good \"$(printf 'caf\\xe9')\" \"$(printf 'real\\xef\\xbf\\xbd')\"";
        Assumptions.assumeTrue(Shell.runs(script), "such names cannot be made here");
        Scanner.Listing listing = Scanner.list(temporary);
        assertThat(listing.children().keySet()).containsExactly("good");
        assertThat(listing.problems()).extracting(Scanner.Problem::name)
                .containsExactlyInAnyOrder("caf%E9", "real%EF%BF%BD");
        assertThat(listing.problems()).allSatisfy(problem -> assertThat(problem.what()).contains("UTF-8", "rename"));
    }

    @Test
    void lists_an_open_directory_even_after_a_rename() throws IOException {
        Assumptions.assumeTrue(DirectoryHandle.isAvailable(), "directories cannot be held open here");
        Files.createDirectory(temporary.resolve("a"));
        Files.writeString(temporary.resolve("a/f"), "");
        try (DirectoryHandle held = DirectoryHandle.of(temporary.resolve("a"))) {
            Files.move(temporary.resolve("a"), temporary.resolve("b"));

            Scanner.Listing listing = Scanner.list(held);

            assertThat(listing.children()).containsOnlyKeys("f");
        }
    }

    @Test
    void names_a_remedy_for_a_path_that_is_too_long() {
        IOException fault = new IOException("Input/output error");

        assertThat(Scanner.unseen(Path.of("/" + "x/".repeat(3000)), fault)).isEqualTo(ReadFault.TOO_LONG);
        assertThat(Scanner.unseen(Path.of("/x"), fault)).endsWith(ReadFault.reason(fault));
        assertThat(new Scanner.Problem("x", Scanner.unseen(Path.of("/x"), fault)).reason()).isEqualTo(ReadFault.reason(fault));
        assertThat(new Scanner.Problem("x", "rename it").reason()).isEqualTo("rename it");
    }

    @Test
    void listing_a_non_directory_is_an_error() throws IOException {
        Files.createFile(temporary.resolve("file"));
        Files.createDirectory(temporary.resolve("directory"));
        Files.createSymbolicLink(temporary.resolve("link"), Path.of("directory"));
        assertThatThrownBy(() -> Scanner.list(temporary.resolve("absent"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Scanner.list(temporary.resolve("file"))).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> Scanner.list(temporary.resolve("link"))).isInstanceOf(NotDirectoryException.class);
    }
}
