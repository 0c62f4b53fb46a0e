package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import org.junit.jupiter.api.Test;

class ChangeTest {
    private static final Time THEN = Time.ofNanos(7);

    private static Change.WriteFile file(String path, int mode, long size, Optional<byte[]> content) {
        return new Change.WriteFile(path, mode, THEN, size, Digest.EMPTY, content);
    }

    private static final List<Function<String, Change>> KINDS = List.of(path -> file(path, 0644, 0, Optional.empty()),
            path -> new Change.MakeDirectory(path, 0755, THEN), path -> new Change.MakeLink(path, THEN, "target"),
            path -> new Change.Move("from", path), path -> new Change.Move(path, "to"),
            path -> new Change.Move("a", "b", List.of(path, "a")), Change.Remove::new);

    @Test
    void no_change_leaves_the_replica() {
        for (Function<String, Change> kind : KINDS) {
            assertThatCode(() -> kind.apply("d/x")).doesNotThrowAnyException();
            for (String path : List.of("../x", "/x", "d/../../x", ".bactrian/x")) {
                assertThatIllegalArgumentException().as(path).isThrownBy(() -> kind.apply(path));
            }
        }
    }

    @Test
    void the_root_stays_a_directory() {
        assertThat(new Change.MakeDirectory("", 0755, THEN).path()).isEmpty();
        KINDS.stream().filter(kind -> !(kind.apply("x") instanceof Change.MakeDirectory)).forEach(kind ->
                assertThatIllegalArgumentException().isThrownBy(() -> kind.apply("")));
    }

    @Test
    void modes_have_twelve_bits_and_sizes_are_not_negative() {
        for (int mode : new int[] {0, 07777}) {
            assertThat(file("f", mode, 0, Optional.empty()).mode()).isEqualTo(mode);
            assertThat(new Change.MakeDirectory("d", mode, THEN).mode()).isEqualTo(mode);
        }
        for (int mode : new int[] {-1, 010000}) {
            assertThatIllegalArgumentException().isThrownBy(() -> file("f", mode, 0, Optional.empty()));
            assertThatIllegalArgumentException().isThrownBy(() -> new Change.MakeDirectory("d", mode, THEN));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> file("f", 0644, -1, Optional.empty()));
    }

    @Test
    void content_that_is_sent_with_a_file_has_the_size_of_the_file() {
        assertThat(file("f", 0644, 5, Optional.of(new byte[5])).content()).isPresent();
        assertThat(file("f", 0644, 5, Optional.empty()).content()).as("staged before").isEmpty();
        for (int length : new int[] {4, 6}) {
            assertThatIllegalArgumentException().isThrownBy(() -> file("f", 0644, 5, Optional.of(new byte[length])));
        }
    }

    @Test
    void a_link_has_a_target_that_a_file_system_can_hold() {
        assertThat(new Change.MakeLink("l", THEN, "../é").target()).isEqualTo("../é");
        for (String target : List.of("", "a\0b", "\0", "half a surrogate \uD800")) {
            assertThatIllegalArgumentException().isThrownBy(() -> new Change.MakeLink("l", THEN, target));
        }
    }

    @Test
    void nothing_moves_into_or_out_of_itself() {
        assertThat(new Change.Move("a", "ab").path()).isEqualTo("ab");
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Move("a", "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Move("a", "a/b"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Move("a/b", "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Move("a", "b", List.of("b/c", "a")));
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Move("a/c", "b", List.of("a", "a/c")));
    }

    @Test
    void a_cycle_of_moves_ends_where_it_begins() {
        assertThat(new Change.Move("a", "b", List.of("c", "a")).places()).containsExactly("a", "b", "c");
        assertThat(new Change.Move("a", "b", List.of("a")).places()).as("two that change places").containsExactly("a", "b");
        assertThat(new Change.Move("a", "b").places()).containsExactly("a", "b");
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Move("a", "b", List.of("c")));
    }

    @Test
    void a_cycle_has_at_most_a_hundred_paths() {
        assertThat(cycle(Change.Move.MOST).places()).hasSize(100).doesNotHaveDuplicates();
        assertThatIllegalArgumentException().isThrownBy(() -> cycle(Change.Move.MOST + 1));
    }

    private static Change.Move cycle(int paths) {
        List<String> rest = new ArrayList<>(IntStream.range(2, paths).mapToObj(i -> "p" + i).toList());
        rest.add("p0");
        return new Change.Move("p0", "p1", rest);
    }

    @Test
    void tells_what_the_replica_holds_afterwards() {
        assertThat(file("f", 0640, 5, Optional.empty()).entry()).isEqualTo(new Entry.File("f", 0640, THEN, 5, Digest.EMPTY));
        assertThat(new Change.MakeDirectory("d", 0750, THEN).entry()).isEqualTo(new Entry.Directory("d", 0750, THEN));
        assertThat(new Change.MakeLink("l", THEN, "f").entry()).isEqualTo(new Entry.Link("l", THEN, "f"));
    }

    @Test
    void its_kind_has_one_name_on_the_wire_and_in_the_routes() throws IOException {
        List<Change> one = KINDS.stream().map(kind -> kind.apply("x")).toList();

        assertThat(one).extracting(Change::op).contains("file", "dir", "link", "move", "remove");
        for (Change change : one) {
            byte[] sent = Codec.JSON.write(new Message.Changes(List.of(change)));
            assertThat(new String(sent)).contains("\"op\":\"" + change.op() + "\"");
            assertThat(Codec.JSON.read(sent, Message.Changes.class).changes()).containsExactly(change);
        }
    }

    @Test
    void a_move_that_names_no_cycle_is_none() throws IOException {
        assertThat(Stream.of("", ",\"circle\":[]").map(circle -> "{\"op\":\"move\",\"from\":\"a\",\"path\":\"b\"" + circle + "}"))
                .allSatisfy(move -> assertThat(Codec.JSON.read(("{\"changes\":[" + move + "]}").getBytes(), Message.Changes.class).changes())
                        .containsExactly(new Change.Move("a", "b")));
        assertThat(new String(Codec.JSON.write(new Message.Changes(List.of(new Change.Move("a", "b")))))).doesNotContain("circle");
    }
}
