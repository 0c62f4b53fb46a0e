package io.bactrian.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A program that goes on writing to its log, wherever that is moved. */
final class Restless implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int MOST = 96 * 1024;
    private static final long REST = TimeUnit.MILLISECONDS.toNanos(5);

    private final FileChannel file;
    private final History history;
    private final Thread thread = new Thread(this::write, "restless");
    private volatile boolean closed;

    Restless(Path path, History history) throws IOException {
        this.history = history;
        history.holdAnywhere(new byte[0]);
        file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        thread.setDaemon(true);
        thread.start();
    }

    private void write() {
        byte[] content = {};
        try {
            while (!closed && content.length < MOST) {
                byte[] record = Record.next(100 + content.length % 500);
                byte[] after = Arrays.copyOf(content, content.length + record.length);
                System.arraycopy(record, 0, after, content.length, record.length);
                int page = (content.length / PAGE + 1) * PAGE;
                if (page < after.length) {
                    history.holdAnywhere(Arrays.copyOf(after, page));
                }
                history.holdAnywhere(after);
                file.write(ByteBuffer.wrap(record), content.length);
                content = after;
                LockSupport.parkNanos(REST);
            }
        } catch (IOException e) {
            // Its disk is full: it writes no more.
            closed = true;
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}
