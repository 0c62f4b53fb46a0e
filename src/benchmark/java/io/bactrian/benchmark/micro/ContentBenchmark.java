package io.bactrian.benchmark.micro;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.bactrian.content.ChunkList;
import io.bactrian.content.Chunker;
import io.bactrian.content.Digester;
import io.bactrian.content.Recipe;
import io.bactrian.tree.Digest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What is done with each byte of a large file: 16 MiB an operation. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ContentBenchmark {
    private static final int SIZE = 16 << 20;
    private static final int BUFFER = 1 << 20;
    private static final int BITS = Chunker.LEAST_BITS;

    private byte[] content;
    private Digest digest;
    private ChunkList before;
    private ChunkList after;

    /** Makes two versions, the second of which has 100 bytes more near its start. */
    @Setup
    public void makeContent() {
        content = new byte[SIZE];
        new Random(1).nextBytes(content);
        digest = Digest.of(content);
        before = cut();
        byte[] longer = new byte[SIZE + 100];
        System.arraycopy(content, 0, longer, 0, 1000);
        System.arraycopy(content, 1000, longer, 1100, SIZE - 1000);
        Chunker chunker = new Chunker(BITS);
        chunker.update(ByteBuffer.wrap(longer));
        after = chunker.finish();
    }

    private ChunkList cut() {
        Chunker chunker = new Chunker(BITS);
        for (int at = 0; at < SIZE; at += BUFFER) {
            chunker.update(ByteBuffer.wrap(content, at, BUFFER));
        }
        return chunker.finish();
    }

    /** FastCDC and the chunks' hashes. */
    @Benchmark
    public ChunkList chunker() {
        return cut();
    }

    /** SHA-256 alone. */
    @Benchmark
    public Digest sha256() {
        return Digest.of(content);
    }

    /** SHA-256 and chunks in one reading. */
    @Benchmark
    public Object digester() {
        Digester digester = new Digester(Set.of(BITS), 0);
        for (int at = 0; at < SIZE; at += BUFFER) {
            digester.update(ByteBuffer.wrap(content, at, BUFFER));
        }
        return digester.chunks().size() + digester.digest().hashCode();
    }

    /** What of the new version is in the old one, from their chunks. */
    @Benchmark
    public Recipe recipe() {
        return Recipe.between(digest, before, after).orElseThrow();
    }
}
