package io.bactrian.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreePathTest {
    @ParameterizedTest
    @ValueSource(strings = {"/", "/etc/passwd", "a/", "a//b", "//", ".", "..", "./a", "../a", "a/.", "a/..", "a/../b",
        "a/./b", "a\0b", "\0", "a\uFFFDb", "a\uD800", "\uDC00a", "a\uD800/b", ".bactrian", ".bactrian/index.db",
        ".BACTRIAN", ".Bactrian/x", ".bActrIan"})
    void rejects_paths_that_could_lead_outside(String path) {
        assertThatThrownBy(() -> TreePath.check(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b/c", "...", "..a", "a..", ".a", "a/.bactrian", ".bactrian2", "bactrian", " ", "a\nb",
        "a\\..\\b", "C:", "~", "%2e%2e", "😀/é", "-rf", "*", "'"})
    void accepts_any_other_name_unchanged(String path) {
        assertThat(TreePath.check(path)).isEqualTo(path);
    }

    /** Upper case, Unicode variants (full-width, superscript, dotless, a leader instead of the dot), and invisible characters. */
    @ParameterizedTest
    @ValueSource(strings = {".bactrian", ".BACTRIAN", ".bAcTrIaN", ".\uFF42actrian", "\uFF0E\uFF22\uFF21\uFF23\uFF34\uFF32\uFF29\uFF21\uFF2E",
        "\u2024bactrian", ".\u1D47actrian", ".bactr\u0131an", ".\u24D1actrian", ".b\u00ADactrian", "\u200B.bactrian",
        ".bactrian\uFEFF", ".bactrian\u200D", ".b\u2060\u2061actrian\uFE0F", ".bactrian\uDB40\uDC01", ".\uD835\uDC1Bactrian"})
    void recognizes_the_own_folder_in_every_equivalent_spelling(String name) {
        assertThat(TreePath.isOwn(name)).isTrue();
        assertThat(TreePath.folded(name)).isEqualTo(".bactrian");
        for (String path : new String[] {name, name + "/x"}) {
            assertThatThrownBy(() -> TreePath.check(path)).hasMessageContaining("Bactrian's own folder");
        }
        assertThat(TreePath.check("a/" + name)).as("not in the root").isEqualTo("a/" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {".bactrian ", ".bactrian.", "bactrian", ".b\u00E1ctrian", ".bactria\u0303n", ".\u0431actrian", ".bactrian\u00B9",
        ".bactri", "\u00AD", ""})
    void accepts_names_that_only_resemble_the_own_folder(String name) {
        assertThat(TreePath.isOwn(name)).isFalse();
    }

    @Property
    void recognizes_it_with_mixed_case_and_invisible_characters(@ForAll @Size(10) List<Boolean> upper,
            @ForAll @Size(10) List<@IntRange(max = 5) Integer> unseen) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < TreePath.OWN.length(); i++) {
            char c = TreePath.OWN.charAt(i);
            name.append(upper.get(i) ? Character.toUpperCase(c) : c);
            if (i % 3 == 0) {
                name.append("\u00AD\u200B\u200D\u2060\uFE0F\uFEFF".charAt(unseen.get(i)));
            }
        }
        assertThat(TreePath.isOwn(name.toString())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"Readme, README", "caf\u00E9, CAFE\u0301", "\uFB01le, FILE", "stra\u00DFe, STRASSE", "\u03C3, \u03C2", "a/B, A/b"})
    void folds_names_that_some_file_system_treats_as_equal(String one, String other) {
        assertThat(TreePath.folded(one)).isEqualTo(TreePath.folded(other));
    }

    @Test
    void rejects_names_and_paths_that_no_file_system_supports() {
        assertThat(TreePath.check("x".repeat(255))).hasSize(255);
        assertThatThrownBy(() -> TreePath.check("x".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        assertThat(TreePath.check("é".repeat(127))).hasSize(127);
        assertThatThrownBy(() -> TreePath.check("a/" + "é".repeat(128))).isInstanceOf(IllegalArgumentException.class);
        assertThat(TreePath.check("x/".repeat(2047) + "xx")).hasSize(4096);
        assertThatThrownBy(() -> TreePath.check("x/".repeat(2048) + "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void recognizes_a_path_that_is_too_long_for_linux() {
        assertThat(TreePath.isTooLong(Path.of("/" + "x".repeat(4094)))).isFalse();
        assertThat(TreePath.isTooLong(Path.of("/" + "x".repeat(4095)))).isTrue();
        assertThat(TreePath.isTooLong(Path.of("/" + "\u00E9".repeat(2047)))).isFalse();
        assertThat(TreePath.isTooLong(Path.of("/" + "\u00E9".repeat(2048)))).isTrue();
    }

    @Test
    void accepts_a_longer_path_for_removals() {
        assertThat(TreePath.checkRemoved("x/".repeat(20_000) + "x")).isEqualTo("x/".repeat(20_000) + "x");
        assertThatThrownBy(() -> TreePath.checkRemoved("x/".repeat(40_000) + "x")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65536");
        assertThatThrownBy(() -> TreePath.checkRemoved("../x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"a/b/c, a/b, c", "a, '', a", "'', '', ''"})
    void splits_and_joins_paths(String path, String parent, String name) {
        assertThat(TreePath.parent(path)).isEqualTo(parent);
        assertThat(TreePath.name(path)).isEqualTo(name);
        if (!path.isEmpty()) {
            assertThat(TreePath.child(parent, name)).isEqualTo(path);
        }
    }

    @ParameterizedTest
    @CsvSource({"a, a, true", "a/b, a, true", "ab, a, false", "a-b, a, false", "a, a/b, false", "a, '', true", "'', '', true"})
    void recognizes_paths_below_a_path(String path, String directory, boolean within) {
        assertThat(TreePath.isWithin(path, directory)).isEqualTo(within);
        assertThat(TreePath.isWithinAny(path, Set.of("x", directory))).isEqualTo(within);
        assertThat(TreePath.isWithinAny(path, Set.of())).isFalse();
    }

    @Property
    void sorts_by_bytes(@ForAll @Text String one, @ForAll @Text String other) {
        String a = wellFormed(one);
        String b = wellFormed(other);
        assertThat(Integer.signum(TreePath.BY_BYTES.compare(a, b))).isEqualTo(Integer.signum(Arrays.compareUnsigned(
                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void sorts_an_emoji_after_the_last_letter_of_the_first_plane() {
        assertThat(TreePath.BY_BYTES.compare("\uFB01", "😀")).isNegative();
        assertThat("\uFB01".compareTo("😀")).isPositive();
    }

    /** Few letters, so that prefixes are shared. */
    @Retention(RetentionPolicy.RUNTIME)
    @StringLength(max = 6)
    @CharRange(from = 'a', to = 'c')
    @CharRange(from = '\uFB00', to = '\uFB02')
    @CharRange(from = '1', to = '3')
    @interface Text {
    }

    /** Replaces digits by emoji, which jqwik does not generate. */
    private static String wellFormed(String text) {
        return text.replace("1", "😀").replace("2", "😁").replace("3", "𝒳");
    }
}
