package io.bactrian;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Starts processes of the runnable jar, and leaves none behind when a test ends. */
public final class Processes implements BeforeEachCallback, AfterEachCallback, AutoCloseable {
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /** Most of these tests start often and run briefly: less compiling, fewer threads. */
    private static final List<String> BRIEF = Stream.concat(archive(),
            Stream.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")).toList();
    /** Without the full compiler a digest takes ten times as long. */
    private static final List<String> FAST = Stream.concat(archive(), Stream.of("-Xshare:auto", "-XX:+UseSerialGC"))
            .toList();

    private final List<String> options;

    private final List<Running> started = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private Path home;

    /** For processes that have little to do. */
    public Processes() {
        this(BRIEF);
    }

    private Processes(List<String> options) {
        this.options = options;
    }

    /** The archive that the build made, told to the JVM here so that it need not start twice. */
    private static Stream<String> archive() {
        String jar = System.getProperty("bactrian.jar", "");
        Path archive = Path.of(jar.replaceAll("\\.jar$", ".start"), "classes.jsa");
        return Files.exists(archive) ? Stream.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable") : Stream.empty();
    }

    /** For processes that move hundreds of megabytes. */
    public static Processes withMuchToDo() {
        return new Processes(FAST);
    }

    /** For processes that have to do with little memory, however much there is to do. */
    public static Processes withHeapOf(String size) {
        return new Processes(Stream.concat(FAST.stream(), Stream.of("-Xmx" + size)).toList());
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        open();
    }

    /** For those who are no extension: {@link #close} ends it. */
    public Processes open() throws IOException {
        home = Files.createTempDirectory("bactrian-it");
        return this;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        endAll();
        if (context.getExecutionException().isPresent()) {
            started.forEach(it -> System.err.println("--- " + it + System.lineSeparator() + it.output()));
        }
        close();
    }

    private void endAll() {
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
    }

    /** Ends all that was started, and forgets what it said. */
    @Override
    public void close() {
        endAll();
        processes.clear();
        started.clear();
        Tools.run("rm", "-rf", home.toString());
    }

    /** Runs a command of the jar; its memory and its status are its own. */
    public Running start(Object... arguments) {
        return start(home, Map.of(), arguments);
    }

    /** Runs it in this directory, with these environment variables. */
    public Running start(Path directory, Map<String, String> environment, Object... arguments) {
        return start(List.of(), directory, environment, arguments);
    }

    /** Runs it as a user that is nobody, who may read only what everybody may. */
    public Running startAsNobody(Object... arguments) {
        Tools.run("chmod", "777", home.toString());
        return start(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"), home, Map.of(), arguments);
    }

    /** Runs it in a user namespace of its own, after a command that limits it. */
    public Running startUnder(String limit, Object... arguments) {
        return start(List.of("unshare", "-Ur", "sh", "-c", limit + "; exec \"$0\" \"$@\""), home, Map.of(), arguments);
    }

    private Running start(List<String> before, Path directory, Map<String, String> environment, Object... arguments) {
        int management = freePort();
        List<String> command = new ArrayList<>(before);
        command.add(JAVA);
        command.addAll(options);
        command.addAll(List.of("-jar", System.getProperty("bactrian.jar")));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        Map<String, String> variables = builder.environment();
        variables.keySet().removeIf(name -> name.startsWith("BACTRIAN_") || name.startsWith("JAVA_TOOL"));
        variables.put("LC_ALL", "C.UTF-8");
        variables.put("XDG_STATE_HOME", home.resolve("state").toString());
        variables.put("BACTRIAN_MANAGEMENT_PORT", Integer.toString(management));
        variables.putAll(environment);
        try {
            Path output = Files.createTempFile(home, "output", ".txt");
            Process process = builder.redirectOutput(output.toFile()).start();
            processes.add(process);
            Running running = new Running(command.subList(command.indexOf("-jar") + 2, command.size()), process, output,
                    management);
            started.add(running);
            return running;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A port that nobody listens on now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public static String url(int port) {
        return "http://127.0.0.1:" + port;
    }
}
