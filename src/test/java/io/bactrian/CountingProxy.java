package io.bactrian;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between a source and its target, and counts every byte that the source sends. Thread-safe. */
final class CountingProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong sent = new AtomicLong();
    private final int target;

    CountingProxy(int target) throws IOException {
        this.target = target;
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Bytes that the source has sent, headers included. */
    long sent() {
        return sent.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                Socket there = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(there);
                daemon(() -> copy(client, there, sent));
                daemon(() -> copy(there, client, new AtomicLong()));
            } catch (IOException e) {
                // Closed, or the target is away.
            }
        }
    }

    private void copy(Socket from, Socket to, AtomicLong count) {
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int some = in.read(buffer); some >= 0; some = in.read(buffer)) {
                count.addAndGet(some);
                out.write(buffer, 0, some);
            }
        } catch (IOException e) {
            // One of them has hung up.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "counting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
