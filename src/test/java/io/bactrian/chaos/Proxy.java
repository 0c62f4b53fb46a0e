package io.bactrian.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.bactrian.chaos.Step.Fault;
import io.bactrian.chaos.Step.Kind;

/** Stands between source and target, and does to each request what was armed for it. Thread-safe. */
final class Proxy implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final int REMEMBERED = 200;

    private final ServerSocket server;
    private final int target;
    private final Queue<Fault> armed = new ConcurrentLinkedQueue<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<byte[]> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(2, work -> daemon(work, "late"));

    Proxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept, "proxy").start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** The next request, or the connection that brings it, meets this. */
    void arm(Fault fault) {
        armed.add(fault);
    }

    /** Closes every connection, as the kernel does when a process ends. */
    void cutAll() {
        sockets.forEach(Proxy::shut);
    }

    /** From now on all is well; tells when what was delayed has arrived, too. */
    boolean isCalm() {
        armed.clear();
        return underWay.get() == 0;
    }

    /** Sends the last requests once more, the oldest last, as a network may that held them back. */
    void repeatAll() {
        List<byte[]> all = new ArrayList<>(requests);
        Collections.reverse(all);
        all.forEach(request -> deliver(request, 0));
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                daemon(() -> new Connection(client).serve(), "proxy-request").start();
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void deliver(byte[] request, int milliseconds) {
        underWay.incrementAndGet();
        later.schedule(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), target)) {
                socket.setSoTimeout(5_000);
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
                // Whatever is said, nobody waits for it any more.
                socket.getInputStream().read(new byte[1 << 16]);
            } catch (IOException e) {
                // The target is away.
            } finally {
                underWay.decrementAndGet();
            }
        }, milliseconds, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException {
        server.close();
        sockets.forEach(Proxy::shut);
        later.shutdownNow();
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is.
        }
    }

    /** One connection of the source, and the one to the target that goes with it. */
    private final class Connection {
        private final Socket client;
        private Socket there;

        Connection(Socket client) {
            this.client = client;
        }

        void serve() {
            try {
                there = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(there);
                while (exchange()) {
                    // As long as both keep it open.
                }
            } catch (IOException e) {
                // One of them has hung up.
            } finally {
                end();
            }
        }

        private void end() {
            for (Socket socket : there == null ? List.of(client) : List.of(client, there)) {
                shut(socket);
                sockets.remove(socket);
            }
        }

        /** One request and its answer, each read whole; tells whether another may follow. */
        private boolean exchange() throws IOException {
            byte[] request = message(client.getInputStream(), true);
            if (request.length == 0) {
                return false;
            }
            requests.add(request);
            if (requests.size() > REMEMBERED) {
                requests.remove(0);
            }
            Fault fault = armed.poll();
            return fault == null ? pass(request, Integer.MAX_VALUE) : meet(fault.kind(), fault.number(), request);
        }

        private boolean meet(Kind kind, int number, byte[] request) throws IOException {
            switch (kind) {
                case CUT_REQUEST -> write(there.getOutputStream(), request, number % request.length);
                case CUT_ANSWER -> pass(request, number % 300);
                case SWALLOW_ANSWER -> pass(request, 0);
                case UNAVAILABLE -> write(client.getOutputStream(), ("HTTP/1.1 503 Service Unavailable\r\n"
                        + "Content-Length: 0\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII), 1000);
                case HANG -> pause(number);
                case LATE -> deliver(request, number);
                case STALL -> {
                    pause(number);
                    return pass(request, Integer.MAX_VALUE);
                }
                case TWICE -> {
                    boolean open = pass(request, Integer.MAX_VALUE);
                    deliver(request, number / 2);
                    return open;
                }
                default -> throw new IllegalArgumentException(kind + " is not the network's");
            }
            return false;
        }

        /** Passes a request on, and of its answer so much. */
        private boolean pass(byte[] request, int answered) throws IOException {
            write(there.getOutputStream(), request, request.length);
            byte[] answer = message(there.getInputStream(), false);
            write(client.getOutputStream(), answer, answered);
            return answer.length > 0 && answered >= answer.length;
        }

        private void write(OutputStream out, byte[] bytes, int most) throws IOException {
            out.write(bytes, 0, Math.min(most, bytes.length));
            out.flush();
        }

        private void pause(int milliseconds) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(milliseconds));
        }

        /** A request or an answer with its body; nothing at the end of the connection. */
        private byte[] message(InputStream in, boolean request) throws IOException {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 14];
            int wanted = Integer.MAX_VALUE;
            while (read.size() < wanted) {
                int some = in.read(buffer);
                if (some < 0) {
                    return request ? new byte[0] : read.toByteArray();
                }
                read.write(buffer, 0, some);
                if (wanted == Integer.MAX_VALUE) {
                    wanted = length(read.toString(StandardCharsets.ISO_8859_1));
                }
            }
            return read.toByteArray();
        }

        private int length(String text) {
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return Integer.MAX_VALUE;
            }
            Matcher length = LENGTH.matcher(text.substring(0, end));
            return end + 4 + (length.find() ? Integer.parseInt(length.group(1)) : 0);
        }
    }
}
