package io.bactrian.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import io.bactrian.change.Change;
import io.bactrian.content.Range;
import io.bactrian.content.Recipe;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CodecPropertyTest {
    @Property(tries = 400)
    void messages_survive_encoding_and_decoding(@ForAll("messages") Message message, @ForAll Codec codec) throws IOException {
        assertThat(codec.read(codec.write(message), message.getClass())).usingRecursiveComparison()
                .isEqualTo(message);
    }

    @Test
    void rejects_misspelt_fields() {
        for (String text : List.of("{\"sender\":\"a\",\"instance\":\"b\",\"more\":1}", "{\"sender\":\"a\"}", "null", "",
                "{\"sender\":\"a\",\"instance\":\"b\"} {}")) {
            assertThatThrownBy(() -> Codec.JSON.read(text.getBytes(), Message.OpenSession.class)).as(text)
                    .isInstanceOf(IOException.class);
        }
        for (String change : List.of("{\"op\":\"format\",\"path\":\"a\"}", "{\"path\":\"a\"}", "{\"op\":\"remove\",\"path\":\"\"}",
                "{\"op\":\"remove\",\"path\":\"../a\"}", "{\"op\":\"remove\",\"path\":\".bactrian/x\"}",
                "{\"op\":\"move\",\"from\":\"a\",\"path\":\"a/b\"}", "{\"op\":\"dir\",\"path\":\"a\",\"mode\":9999,\"modified\":1}")) {
            assertThatThrownBy(() -> Codec.JSON.read(("{\"changes\":[" + change + "]}").getBytes(), Message.Changes.class))
                    .as(change).isInstanceOf(IOException.class);
        }
    }

    @Provide
    Arbitrary<Message> messages() {
        Arbitrary<String> text = Arbitraries.strings().excludeChars('\0').ofMaxLength(20).filter(this::isText);
        Arbitrary<String> path = Arbitraries.of("a", "é", "%", "a b", "\uFB01", "😀", "'\"", "\\").list().ofMinSize(1).ofMaxSize(4)
                .map(names -> String.join("/", names));
        Arbitrary<Digest> digest = text.map(is -> Digest.of(is.getBytes()));
        Arbitrary<Integer> mode = Arbitraries.integers().between(0, 07777);
        Arbitrary<Time> time = Combinators.combine(Arbitraries.longs(), Arbitraries.integers().between(0, 999_999_999),
                Arbitraries.of(true, false)).as((number, nanos, near) -> near ? Time.ofNanos(number) : new Time(number, nanos));
        Arbitrary<Long> size = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<Entry> entry = Arbitraries.oneOf(
                Combinators.combine(path, mode, time, size, digest).as(Entry.File::new),
                Combinators.combine(path, mode, time).as(Entry.Directory::new),
                Combinators.combine(path, time, text).as(Entry.Link::new));
        Arbitrary<Change> change = Arbitraries.oneOf(
                Combinators.combine(path, mode, time, size, digest)
                        .as((p, m, t, s, d) -> new Change.WriteFile(p, m, t, s, d, Optional.empty())),
                Combinators.combine(path, mode, time, Arbitraries.bytes().array(byte[].class).ofMaxSize(50))
                        .as((p, m, t, b) -> new Change.WriteFile(p, m, t, b.length, Digest.of(b), Optional.of(b))),
                Combinators.combine(path, mode, time).as(Change.MakeDirectory::new),
                Combinators.combine(path, time, path).as(Change.MakeLink::new),
                path.map(p -> new Change.Move("from/" + p, "to/" + p,
                        p.length() % 2 == 0 ? List.of() : List.of("on/" + p, "from/" + p))),
                path.map(Change.Remove::new));
        Arbitrary<Range> range = Combinators.combine(Arbitraries.longs().between(0, 1L << 50),
                Arbitraries.longs().between(1, 1L << 50)).as(Range::new);
        Arbitrary<Recipe> recipe = Combinators.combine(digest, Arbitraries.integers().between(1, 50)).as((base, length) ->
                new Recipe(base, 100, List.of(new Recipe.Copy(50, length, 0), new Recipe.Copy(0, length, 50))));
        return Arbitraries.oneOf(
                Combinators.combine(text, text).as(Message.OpenSession::new),
                Combinators.combine(text, size, digest).as((l, s, d) -> new Message.Session(l, s, d, s % 2 == 0, s % 3 == 0)),
                Combinators.combine(path, digest.optional(), text.optional()).as(Message.CompareTree.Known::new)
                        .list().ofMaxSize(4).map(known -> new Message.CompareTree(known, known.size() % 2 == 0)),
                Combinators.combine(path, entry.optional(),
                        Combinators.combine(entry, digest.optional()).as(Message.Tree.Node::new).list().ofMaxSize(4))
                        .as((p, e, nodes) -> new Message.Tree.Listing(p, e, nodes, nodes.isEmpty()))
                        .list().ofMaxSize(3).map(Message.Tree::new),
                Combinators.combine(digest, size, recipe.optional()).as((d, s, r) -> new Message.OpenContent(d, Math.max(s, 100), r)),
                Combinators.combine(text, range.list().ofMaxSize(4)).as((id, missing) ->
                        new Message.Content(id, missing, missing.isEmpty())),
                Combinators.combine(digest, size).as((d, s) -> new Message.AskChunks(d, s, 13, s / 2)),
                change.list().ofMaxSize(6).map(Message.Changes::new),
                Combinators.combine(Arbitraries.integers(), path, text, text).as(Message.Receipt.Failure::new)
                        .list().ofMaxSize(3).map(failures -> new Message.Receipt(1, 2, failures)));
    }

    private boolean isText(String text) {
        return java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
