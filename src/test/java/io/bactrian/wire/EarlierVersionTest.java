package io.bactrian.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compatibility with version 0.1.0, because both ends are updated at different times. */
class EarlierVersionTest {
    @TempDir
    Path place;

    private static byte[] made(String name) throws IOException {
        try (InputStream in = EarlierVersionTest.class.getResourceAsStream("/made-by-0.1.0/" + name)) {
            return in.readAllBytes();
        }
    }

    static Stream<Class<? extends Message>> messages() {
        return Stream.of(Message.OpenSession.class, Message.Session.class, Message.CompareTree.class, Message.Tree.class,
                Message.Changes.class, Message.Receipt.class, Message.OpenContent.class, Message.Content.class);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messages_are_compatible_with_the_earlier_version(Class<? extends Message> type) throws IOException {
        byte[] json = made(type.getSimpleName() + ".json");
        byte[] cbor = made(type.getSimpleName() + ".cbor");

        assertThat(new String(written(Codec.JSON, Codec.CBOR.read(cbor, type)))).isEqualTo(new String(json));
        assertThat(written(Codec.CBOR, Codec.JSON.read(json, type))).isEqualTo(cbor);
    }

    @Test
    void it_gets_only_times_that_it_can_read() throws IOException {
        Entry far = new Entry.Directory("", 0755, new Time(253_402_300_800L, 0));
        Message.Tree.Node node = new Message.Tree.Node(far, java.util.Optional.empty());

        assertThat(new String(written(Codec.JSON, node))).contains("\"modified\":" + Long.MAX_VALUE);
        assertThat(new String(Codec.JSON.write(node))).contains("\"modified\":{\"seconds\":253402300800,\"nanos\":0}");
    }

    /** As for an end that does not take times as seconds. */
    private static byte[] written(Codec codec, Object message) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        codec.write(message, stream, false);
        return stream.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"index.db", "view.db"})
    void an_index_of_the_earlier_version_opens(String name) throws IOException {
        Path file = Files.write(place.resolve(name), made(name));
        try (Index index = Index.open(file)) {
            assertThat(index.digest("")).isEqualTo(Digest.parse("f3381fc631dc3873f695189e07a2380488ba4e581ff635155a2c908d203c29c9"));
            assertThat(index.count()).isEqualTo(8);
            assertThat(index.find("d/e").map(IndexEntry::entry)).contains(new Entry.Directory("d/e", 0755, Time.ofNanos(-31_536_000_000_000_000L)));
            assertThat(index.find("d/e/l").map(IndexEntry::entry))
                    .contains(new Entry.Link("d/e/l", Time.ofNanos(1_580_702_706_789_000_000L), "../d/f"));
            index.put(IndexEntry.unseen(new Entry.Directory("far", 0755, new Time(253_402_300_800L, 7))));
            index.commit();
        }
        try (Index index = Index.open(file)) {
            assertThat(index.find("far").map(IndexEntry::entry)).contains(new Entry.Directory("far", 0755, new Time(253_402_300_800L, 7)));
        }
        assertThat(place.resolve(name + ".damaged")).doesNotExist();
    }
}
