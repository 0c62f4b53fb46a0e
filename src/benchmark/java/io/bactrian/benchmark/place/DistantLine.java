package io.bactrian.benchmark.place;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that stands before a server and makes it far away: each byte arrives half a round trip later, in either
 * direction, and a connection takes a round trip to open. It has any bandwidth, and any number of connections.
 */
public final class DistantLine {
    /** What may be under way in one direction of a connection: 2.5 GB/s over 25 ms. */
    private static final int MOST = 64 << 20;
    private static final int PIECE = 64 << 10;

    private final ServerSocket near;
    private final int server;
    private final long oneWay;

    private DistantLine(ServerSocket near, int server, Duration roundTrip) {
        this.near = near;
        this.server = server;
        this.oneWay = roundTrip.toNanos() / 2;
    }

    /** @param arguments the address and port to listen on, the server's port, the milliseconds there and back */
    public static void main(String[] arguments) throws IOException {
        InetAddress address = InetAddress.getByName(arguments[0]);
        try (ServerSocket near = new ServerSocket(Integer.parseInt(arguments[1]), 500, address)) {
            new DistantLine(near, Integer.parseInt(arguments[2]),
                    Duration.ofMillis(Integer.parseInt(arguments[3]))).serve(address);
        }
    }

    private void serve(InetAddress address) throws IOException {
        while (true) {
            Socket client = near.accept();
            long opened = System.nanoTime();
            start(() -> connect(client, address, opened));
        }
    }

    private void connect(Socket client, InetAddress address, long opened) throws IOException, InterruptedException {
        client.setTcpNoDelay(true);
        Direction there = new Direction(opened + 2 * oneWay);
        start(() -> there.read(client));
        park(opened + oneWay);
        try {
            Socket socket = new Socket(address, server);
            socket.setTcpNoDelay(true);
            start(() -> there.write(socket, client));
            Direction back = new Direction(opened);
            start(() -> back.read(socket));
            back.write(client, socket);
        } catch (IOException e) {
            client.close();
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                // The connection has been closed by one of its ends, and the other is told.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void park(long until) {
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Bytes that are under way; an empty piece is the end. */
    private record Piece(byte[] bytes, long due) {
    }

    /** One direction of one connection. */
    private final class Direction {
        private final BlockingQueue<Piece> underWay = new LinkedBlockingQueue<>();
        private final Semaphore room = new Semaphore(MOST);
        private final long open;

        /** @param open when the first byte can leave */
        Direction(long open) {
            this.open = open;
        }

        void read(Socket from) throws IOException, InterruptedException {
            byte[] buffer = new byte[PIECE];
            try {
                InputStream in = from.getInputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    room.acquire(count);
                    add(Arrays.copyOf(buffer, count));
                }
            } finally {
                add(new byte[0]);
            }
        }

        private void add(byte[] bytes) {
            underWay.add(new Piece(bytes, Math.max(System.nanoTime(), open) + oneWay));
        }

        /** Until the end, or until nobody takes it, which the other side is told. */
        void write(Socket to, Socket from) throws IOException, InterruptedException {
            OutputStream out = to.getOutputStream();
            while (true) {
                Piece piece = underWay.take();
                park(piece.due());
                if (piece.bytes().length == 0) {
                    to.shutdownOutput();
                    return;
                }
                room.release(piece.bytes().length);
                try {
                    out.write(piece.bytes());
                } catch (IOException e) {
                    from.close();
                    throw e;
                }
            }
        }
    }
}
