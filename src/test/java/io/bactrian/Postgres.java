package io.bactrian;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL server that only this test's processes can reach, by a socket in a directory of its own. */
final class Postgres implements AutoCloseable {
    private static final Optional<Path> PROGRAMS = programs();

    private final Path data;
    private final Path around;

    /**
     * @param data   its cluster; made if it is not there
     * @param around where its socket and its log are to be; its path is short
     */
    Postgres(Path data, Path around) throws IOException {
        this.data = data;
        this.around = Files.createDirectories(around);
        Tools.run("chmod", "777", around.toString());
        if (isRoot()) {
            // The server refuses to run as root, and data that others may read.
            Tools.run("chown", "-R", "nobody", Files.createDirectories(data).toString());
        }
        Tools.run("chmod", "700", Files.createDirectories(data).toString());
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            run("initdb", "--no-sync", "--auth=trust", "--username=test", "--encoding=UTF8", "--locale=C", "-D", data.toString());
        }
        start();
    }

    /** Whether it is installed. */
    static boolean isInstalled() {
        return PROGRAMS.isPresent() && (!isRoot() || Tools.succeeds("setpriv", "--version"));
    }

    private void start() {
        run("pg_ctl", "-D", data.toString(), "-w", "-t", "50", "-l", around.resolve("log").toString(), "-o",
                "-F -c listen_addresses='' -c unix_socket_directories='" + around + "'", "start");
    }

    /** Runs one of its clients to its end. */
    String client(String name, String... arguments) {
        return run(clientCommand(name, arguments).toArray(String[]::new));
    }

    /** Begins one of its clients. */
    Process begin(String name, String... arguments) throws IOException {
        return new ProcessBuilder(asUser(clientCommand(name, arguments))).redirectErrorStream(true)
                .redirectOutput(around.resolve(name + ".txt").toFile()).start();
    }

    /** The only value that the query gives. */
    String ask(String query) {
        return client("psql", "-X", "-A", "-t", "-c", query, "postgres").strip();
    }

    /** Stops it as an administrator does: after that all is in its files. */
    @Override
    public void close() {
        if (Files.exists(data.resolve("postmaster.pid"))) {
            run("pg_ctl", "-D", data.toString(), "-w", "-t", "50", "-m", "fast", "stop");
        }
    }

    private List<String> clientCommand(String name, String... arguments) {
        return Stream.concat(Stream.of(name), Stream.concat(Stream.of("-h", around.toString(), "-U", "test"), Stream.of(arguments)))
                .toList();
    }

    /** A server that is started has what it says in a file: it would keep a pipe open. */
    private String run(String... command) {
        Path output = around.resolve("output.txt");
        try {
            Process process = new ProcessBuilder(asUser(List.of(command))).redirectErrorStream(true).directory(around.toFile())
                    .redirectOutput(output.toFile()).start();
            assertThat(process.waitFor(Running.PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("%s ended", (Object) command).isTrue();
            String said = Files.readString(output);
            assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), said).isZero();
            return said;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static List<String> asUser(List<String> command) {
        List<String> all = new ArrayList<>(isRoot() ? List.of("setpriv", "--reuid=nobody", "--clear-groups", "env", "LC_ALL=C") : List.of());
        all.add(PROGRAMS.orElseThrow().resolve(command.get(0)).toString());
        all.addAll(command.subList(1, command.size()));
        return all;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static Optional<Path> programs() {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(versions)) {
            return all.map(version -> version.resolve("bin")).filter(bin -> Files.isExecutable(bin.resolve("pgbench")))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb"))).max(Comparator.naturalOrder());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
