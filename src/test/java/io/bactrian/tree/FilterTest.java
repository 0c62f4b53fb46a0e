package io.bactrian.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.camel.util.AntPathMatcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
    @Property(tries = 5000)
    void matches_like_camel(@ForAll("patterns") String pattern, @ForAll("paths") String path) {
        assertThat(Filter.of(List.of(pattern), List.of()).admits(path, false))
                .isEqualTo(AntPathMatcher.INSTANCE.match(pattern, path));
    }

    @Property(tries = 2000)
    void excludes_like_camel_with_everything_below(@ForAll("patterns") String pattern, @ForAll("paths") String path) {
        boolean excluded = false;
        for (String at = path; !at.isEmpty(); at = TreePath.parent(at)) {
            excluded |= AntPathMatcher.INSTANCE.match(pattern, at);
        }
        Filter filter = Filter.of(List.of(), List.of(pattern));
        assertThat(filter.admits(path, false)).isEqualTo(!excluded);
        assertThat(filter.admits(path, true)).isEqualTo(!excluded);
    }

    @Provide
    Arbitrary<String> patterns() {
        Arbitrary<String> names = Arbitraries.of("**", "**", "*", "a", "b", "a*", "*b", "?", "a?b", "*.b", "**a", "a*b*",
                "[a]", "(a", "a\\", "{a,b}").filter(name -> !name.contains(","));
        return names.list().ofMinSize(1).ofMaxSize(4).map(list -> String.join("/", list))
                .flatMap(pattern -> Arbitraries.of(pattern, pattern, pattern, pattern + "/", "/" + pattern));
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("a", "b", "ab", "aab", "acb", "A", "x.b", "[a]", "(a", "a\\", "a\nb")
                .list().ofMinSize(1).ofMaxSize(4).map(list -> String.join("/", list));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "*.tmp, **/*.log; a.tmp; false", "*.tmp, **/*.log; d/a.tmp; true", "*.tmp,**/*.log; d/e/a.log; false",
        "*.tmp,**/*.log; a.log; false", "*.tmp,**/*.log; a.LOG; true", "build/**; build; false", "build/**; build/x/y; false",
        "build/**; builder/x; true", "build; build/x/y; false", "**/node_modules; a/node_modules/b; false", "?; 😀; false"})
    void excludes(String patterns, String path, boolean admitted) {
        assertThat(Filter.of(List.of(), List.of(patterns)).admits(path, false)).isEqualTo(admitted);
    }

    @Test
    void exclude_takes_precedence_and_directories_remain_for_their_content() {
        Filter filter = Filter.of(List.of("**/*.txt"), List.of("private"));
        assertThat(filter.admits("a/b.txt", false)).isTrue();
        assertThat(filter.admits("a/b.bin", false)).isFalse();
        assertThat(filter.admits("a", true)).isTrue();
        assertThat(filter.admits("private", true)).isFalse();
        assertThat(filter.admits("private/b.txt", false)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {".bactrian", ".bactrian/index.db", ".Bactrian"})
    void never_admits_bactrians_own_folder(String path) {
        assertThat(Filter.ALL.admits(path, true)).isFalse();
        assertThat(Filter.of(List.of("**"), List.of()).admits(path, false)).isFalse();
        assertThat(Filter.ALL.admits("a/" + path, true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"*.txt, true", "build, true", "a/*.txt, false", "**/*.txt, false", "**, false", "' ', false", "'', false"})
    void recognizes_patterns_that_match_only_in_the_root(String pattern, boolean rootOnly) {
        assertThat(Filter.isOfRootOnly(pattern)).isEqualTo(rootOnly);
    }

    @Test
    void omits_empty_directories_only_if_configured_and_not_included() {
        List<String> include = List.of("**/*.txt", "wanted");
        assertThat(Filter.of(include, List.of(), false).leavesOutIfEmpty("d")).isTrue();
        assertThat(Filter.of(include, List.of(), false).leavesOutIfEmpty("wanted")).isFalse();
        assertThat(Filter.of(include, List.of(), false).leavesOutIfEmpty("")).as("the root").isFalse();
        assertThat(Filter.of(List.of(), List.of(), false).leavesOutIfEmpty("d")).as("everything is included").isFalse();
        assertThat(Filter.of(include, List.of()).leavesOutIfEmpty("d")).isFalse();
    }

    @Test
    void always_includes_the_root_and_ignores_blank_patterns() {
        assertThat(Filter.of(List.of("a"), List.of("**")).admits("", true)).isTrue();
        assertThat(Filter.of(List.of("", " , "), List.of("")).admits("a", false)).isTrue();
    }
}
