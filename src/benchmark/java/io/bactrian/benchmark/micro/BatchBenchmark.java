package io.bactrian.benchmark.micro;

import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.bactrian.change.Change;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Time;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Message;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A batch of 1,000 files with their contents, as bytes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatchBenchmark {
    private static final int FILES = 1_000;
    private static final int SIZE = 4_000;

    @Param({"CBOR", "JSON"})
    public Codec codec;

    private Message.Changes batch;
    private byte[] bytes;

    @Setup
    public void makeBatch() {
        Random random = new Random(1);
        batch = new Message.Changes(IntStream.range(0, FILES).<Change>mapToObj(i -> {
            byte[] content = new byte[SIZE];
            random.nextBytes(content);
            return new Change.WriteFile("directory/file-" + i, 0644, Time.ofNanos(1_700_000_000_000_000_000L + i), SIZE,
                    Digest.of(content), Optional.of(content));
        }).toList());
        bytes = codec.write(batch);
    }

    @Benchmark
    public byte[] write() {
        return codec.write(batch);
    }

    @Benchmark
    public Message.Changes read() throws IOException {
        return codec.read(bytes, Message.Changes.class);
    }
}
