package io.bactrian;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** A program that writes to one file, a block every 50 ms, until it is ended: at random, mapped, at its end, or cut off. */
final class AlwaysWriting {
    private static final int BLOCK = 4096;
    private static final long PAUSE = 50_000_000;

    private AlwaysWriting() {
    }

    /** @param args the file, and {@code random}, {@code mapped}, {@code append} or {@code truncate} */
    public static void main(String[] args) throws IOException {
        Random random = new Random(7);
        byte[] block = new byte[BLOCK];
        try (FileChannel file = FileChannel.open(Path.of(args[0]), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = file.size();
            MappedByteBuffer mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, size);
            for (int turn = 1;; turn++) {
                random.nextBytes(block);
                long at = random.nextInt((int) (size / BLOCK)) * (long) BLOCK;
                switch (args[1]) {
                    case "mapped" -> mapped.put((int) at, block);
                    case "append" -> file.write(ByteBuffer.wrap(block), file.size());
                    case "truncate" -> {
                        file.write(ByteBuffer.wrap(block), file.size());
                        if (turn % 100 == 0) {
                            file.truncate(size);
                        }
                    }
                    default -> file.write(ByteBuffer.wrap(block), at);
                }
                LockSupport.parkNanos(PAUSE);
            }
        }
    }
}
