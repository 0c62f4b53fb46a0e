package io.bactrian.benchmark.place;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that was started, with all that it writes in a file. Closing it ends it and all that it started. */
public final class Program implements Closeable {
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration START = Duration.ofMinutes(1);
    private static final String LISTENING = "0A";

    private final List<String> command;
    private final Path output;
    private final Process process;

    private Program(List<String> command, Path output, Process process) {
        this.command = command;
        this.output = output;
        this.process = process;
    }

    static Program start(List<String> command, Map<String, String> environment, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        process.getOutputStream().close();
        return new Program(command, output, process);
    }

    /**
     * Runs a tool to its end.
     *
     * @return what it wrote
     * @throws IOException if it is not there or fails
     */
    public static String run(List<String> command) throws IOException {
        Path output = Files.createTempFile("benchmark", ".log");
        try (Program program = start(command, Map.of(), output)) {
            program.awaitSuccess();
            return program.output();
        } finally {
            Files.delete(output);
        }
    }

    /** What a tool writes first. */
    public static String firstLine(String... command) throws IOException {
        return run(List.of(command)).lines().findFirst().orElse(command[0]);
    }

    /** Whether a program of this name is on the path. */
    public static boolean isInstalled(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    /** Waits until it has ended well. */
    public void awaitSuccess() throws IOException {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(this + " has not ended in " + PATIENCE.toMinutes() + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(this + " was not waited for", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("'" + lastWords() + "' and exit code " + process.exitValue() + " of " + this);
        }
    }

    /** Waits until it, or what it started, listens on this port. */
    public Program awaitListening(int port) throws IOException {
        return await("listening on port " + port, () -> listens(port));
    }

    /** Waits until it has written this. */
    public Program awaitSaying(String words) throws IOException {
        return await("saying '" + words + "'", () -> output().contains(words));
    }

    /** The processor time that it has used. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The most memory that it has had resident, in bytes; 0 if the system does not tell. */
    public long peakMemory() throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:")).findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).orElse(0L);
        }
    }

    /** The bytes that it has read so far, of files and connections; empty if the system does not tell. */
    public OptionalLong bytesRead() throws IOException {
        Path io = Path.of("/proc", String.valueOf(process.pid()), "io");
        if (!Files.exists(io)) {
            return OptionalLong.empty();
        }
        try (Stream<String> lines = Files.lines(io)) {
            return lines.filter(line -> line.startsWith("rchar:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst();
        }
    }

    long pid() {
        return process.pid();
    }

    String output() throws IOException {
        return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private Program await(String what, Condition condition) throws IOException {
        long end = System.nanoTime() + START.toNanos();
        while (!condition.holds()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("'" + lastWords() + "' and not " + what + ": " + this);
            }
            Pause.millis(10);
        }
        return this;
    }

    /** The kernel's table tells of the process's own network, where a connection from here would not arrive. */
    private boolean listens(int port) throws IOException {
        Path net = Path.of("/proc", String.valueOf(process.pid()), "net");
        if (!Files.exists(net.resolve("tcp"))) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        }
        String local = String.format(":%04X", port);
        for (String table : List.of("tcp", "tcp6")) {
            if (Files.exists(net.resolve(table)) && Files.readAllLines(net.resolve(table)).stream()
                    .map(line -> line.trim().split("\\s+"))
                    .anyMatch(fields -> fields[1].endsWith(local) && fields[3].equals(LISTENING))) {
                return true;
            }
        }
        return false;
    }

    private String lastWords() throws IOException {
        String all = output().strip();
        return all.substring(Math.max(0, all.length() - 500));
    }

    @Override
    public void close() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        all.forEach(ProcessHandle::destroy);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (all.stream().anyMatch(ProcessHandle::isAlive)) {
            if (System.nanoTime() > end) {
                all.forEach(ProcessHandle::destroyForcibly);
                return;
            }
            Pause.millis(5);
        }
    }

    @Override
    public String toString() {
        return String.join(" ", command);
    }
}
