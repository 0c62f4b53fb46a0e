package io.bactrian.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The ranges of a content that have arrived, in the order of their arrival, in a file. For one thread at a time. */
final class RangeLog {
    private static final int ENTRY = 2 * Long.BYTES;

    private RangeLog() {
    }

    /** Adds a range to the file, which exists. */
    static void append(Path file, Range range) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.allocate(ENTRY).putLong(range.offset()).putLong(range.length()).flip());
        }
    }

    /**
     * What the file says. An entry that was cut short, or that a power cut left without content, says nothing; it is cut
     * off with all behind it, so that it does not shift what will be added.
     *
     * @param size of the content
     */
    static Ranges read(Path file, long size) throws IOException {
        Ranges ranges = new Ranges();
        ByteBuffer entries = ByteBuffer.wrap(Files.readAllBytes(file));
        int told = 0;
        while (entries.remaining() >= ENTRY) {
            long offset = entries.getLong();
            long length = entries.getLong();
            if (offset < 0 || length < 1 || offset > size - length) {
                break;
            }
            ranges.add(new Range(offset, length));
            told = entries.position();
        }
        if (told < entries.limit()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(told);
            }
        }
        return ranges;
    }
}
