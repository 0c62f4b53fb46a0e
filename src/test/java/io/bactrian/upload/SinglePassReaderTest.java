package io.bactrian.upload;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

import io.bactrian.compare.FileReader;
import io.bactrian.compare.HashedFile;
import io.bactrian.compare.StagedContents;
import io.bactrian.content.ChunkList;
import io.bactrian.content.Chunker;
import io.bactrian.content.DeltaEncoder;
import io.bactrian.content.Range;
import io.bactrian.content.Recipe;
import io.bactrian.plan.Work;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinglePassReaderTest {
    private static final int BITS = 13;
    private static final int MOST = 100_000;
    private static final byte[] CONTENT = random(2_500_000, 1);

    @TempDir
    Path dir;
    private final List<Range> ranges = new ArrayList<>();
    private Path file;
    private SinglePassReader pass;

    @BeforeEach
    void make() throws IOException {
        file = Files.write(dir.resolve("file"), CONTENT);
        pass = pass(file, Stat.of(file).orElseThrow());
    }

    @AfterEach
    void close() {
        pass.close();
    }

    private SinglePassReader pass(Path of, Stat stat) {
        return new SinglePassReader(new FileReader(dir, 0, StagedContents.NONE), new Work.Upload(of.toString(), stat, true), BITS, MOST);
    }

    /** Reads to the end, and returns what was yielded at its places. */
    private byte[] readAll() {
        byte[] made = new byte[CONTENT.length];
        while (pass.hasNext()) {
            Range range = pass.next();
            ByteBuffer into = ByteBuffer.allocate(MOST);
            pass.read(range, into);
            assertThat(into.remaining()).isEqualTo((int) range.length());
            into.get(made, (int) range.offset(), into.remaining());
            ranges.add(range);
        }
        return made;
    }

    private static ChunkList chunks(byte[] content) {
        Chunker chunker = new Chunker(BITS);
        chunker.update(ByteBuffer.wrap(content));
        return chunker.finish();
    }

    @Test
    void without_a_base_everything_is_yielded_in_order_and_hashed() throws IOException {
        assertThat(readAll()).isEqualTo(CONTENT);

        assertThat(ranges).hasSize(25).allSatisfy(range -> assertThat(range.length()).isLessThanOrEqualTo(MOST));
        HashedFile read = pass.finish().orElseThrow();
        assertThat(read.digest()).isEqualTo(Digest.of(CONTENT));
        assertThat(read.stat().size()).isEqualTo(CONTENT.length);
        assertThat(read.moving()).isTrue();
        assertThat(pass.chunks()).contains(chunks(CONTENT));
        assertThat(pass.recipe()).isEmpty();
        assertThat(pass.sent()).isEqualTo(CONTENT.length);
        assertThat(pass.cost()).isPositive();
    }

    @Test
    void of_a_content_with_a_base_only_the_differences_are_yielded() throws IOException {
        byte[] base = CONTENT.clone();
        base[1_000_000]++;
        pass.base(new DeltaEncoder.Base(Digest.of(base), chunks(base)));

        byte[] made = readAll();

        assertThat(pass.sent()).isLessThan(100_000).isEqualTo(ranges.stream().mapToLong(Range::length).sum());
        for (Recipe.Copy copy : pass.recipe().orElseThrow().copies()) {
            System.arraycopy(base, (int) copy.from(), made, (int) copy.to(), (int) copy.length());
        }
        assertThat(made).isEqualTo(CONTENT);
        assertThat(pass.finish()).map(HashedFile::digest).contains(Digest.of(CONTENT));
    }

    @Test
    void what_is_written_meanwhile_counts_as_it_was_read() throws IOException {
        pass.hasNext();
        Files.write(file, new byte[1000], StandardOpenOption.APPEND);

        assertThat(readAll()).isEqualTo(CONTENT);
        assertThat(pass.finish()).map(HashedFile::digest).contains(Digest.of(CONTENT));
    }

    @Test
    void an_unfinished_pass_has_no_content() throws IOException {
        pass.hasNext();

        assertThat(pass.finish()).isEmpty();
    }

    @Test
    void at_the_end_there_is_no_next_range() {
        readAll();

        assertThatThrownBy(pass::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void a_file_that_is_truncated_or_removed_meanwhile_has_no_content() throws IOException {
        pass.hasNext();
        Files.write(file, new byte[1_200_000]);
        readAll();
        assertThat(pass.hasNext()).isFalse();
        assertThat(pass.finish()).isEmpty();

        pass = pass(file, Stat.of(file).orElseThrow());
        Files.delete(file);
        assertThat(pass.hasNext()).isFalse();
        assertThat(pass.finish()).isEmpty();
    }

    @Test
    void a_file_that_cannot_be_read_is_an_error_that_names_it() throws IOException {
        Stat stat = Stat.of(file).orElseThrow();
        pass = pass(Files.createDirectory(dir.resolve("directory")), stat);
        assertThat(pass.hasNext()).isFalse();
        assertThatThrownBy(pass::finish).isInstanceOf(FileSystemException.class).hasMessageContainingAll("directory", "Is a directory");

        pass = pass(Files.createSymbolicLink(dir.resolve("link"), file), stat);
        assertThat(pass.hasNext()).isFalse();
        assertThatThrownBy(pass::finish).isInstanceOf(FileSystemException.class).hasMessageContainingAll("link", "symbolic links");
    }

    @Test
    void a_file_that_has_fewer_bytes_than_it_reports_although_it_does_not_change_is_an_error() throws IOException {
        Path fewer = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        assumeTrue(Files.isReadable(fewer), "there is no " + fewer + " here");
        pass = pass(fewer, Stat.of(fewer).orElseThrow());

        assertThat(pass.hasNext()).isFalse();

        assertThatThrownBy(pass::finish).hasMessageContaining("fewer");
    }
}
