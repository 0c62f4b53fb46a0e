package io.bactrian.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The received ranges of a content, appended to a file as they arrive. For one thread at a time. */
final class RangeLog {
    private static final int ENTRY = 2 * Long.BYTES;

    private RangeLog() {
    }

    /** Appends a range to the existing file. */
    static void append(Path file, Range range) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.allocate(ENTRY).putLong(range.offset()).putLong(range.length()).flip());
        }
    }

    /**
     * Reads the log. A truncated entry, or one that a power cut left empty, is cut off with everything after it, so
     * that later entries stay aligned.
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
