package io.bactrian.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.tree.Digest;
import org.junit.jupiter.api.Test;

class EntryTest {
    private static final Time THEN = Time.ofNanos(5);

    @Test
    void changes_only_its_path() {
        assertThat(new Entry.File("a", 0640, THEN, 0, Digest.EMPTY).at("b/c")).isEqualTo(new Entry.File("b/c", 0640, THEN, 0, Digest.EMPTY));
        assertThat(new Entry.Directory("a", 0750, THEN).at("b/c")).isEqualTo(new Entry.Directory("b/c", 0750, THEN));
        assertThat(new Entry.Link("a", THEN, "to").at("b/c")).isEqualTo(new Entry.Link("b/c", THEN, "to"));
    }

    @Test
    void only_the_placeholder_link_represents_a_special_file() {
        assertThat(Entry.isSpecial(Entry.special("fifo", THEN))).isTrue();
        assertThat(Entry.special("fifo", THEN)).extracting(Entry::path, Entry::modified).containsExactly("fifo", THEN);
        assertThat(Entry.isSpecial(new Entry.Link("l", THEN, "to"))).isFalse();
        assertThat(Entry.isSpecial(new Entry.File("f", 0, THEN, 0, Digest.EMPTY))).isFalse();
        assertThat(Entry.isSpecial(new Entry.Directory("d", 0, THEN))).isFalse();
    }
}
