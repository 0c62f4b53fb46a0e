package io.bactrian;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Starts processes of the runnable jar, and leaves none behind when a test ends. */
public final class Processes implements BeforeEachCallback, AfterEachCallback, AutoCloseable {
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /** Most of these tests start often and run briefly: less compiling, fewer threads, fewer pages of memory to be cleared. */
    private static final List<String> BRIEF = Stream.concat(archive(), Stream.of("-Xshare:auto", "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=3", "-XX:+UseSerialGC", "-Xmn16m")).toList();
    /** Without the full compiler a digest takes ten times as long. */
    private static final List<String> FAST = Stream.concat(archive(), Stream.of("-Xshare:auto", "-XX:+UseSerialGC"))
            .toList();

    private static final FileChannel PORTS = ports();
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(new Random().nextInt(20_000));

    private final List<String> options;
    private final List<Class<?>> added;

    private final List<Running> started = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private OwnDirectory own;
    private Path home;

    /** For processes that have little to do. */
    public Processes() {
        this(BRIEF);
    }

    private Processes(List<String> options) {
        this(options, List.of());
    }

    private Processes(List<String> options, List<Class<?>> added) {
        this.options = options;
        this.added = added;
    }

    /** With a jar of these classes on the class path, too, as somebody has who adds beans of his own. */
    public static Processes with(Class<?>... classes) {
        return new Processes(BRIEF, List.of(classes));
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
        own = OwnDirectory.make();
        home = own.path();
        if (!added.isEmpty()) {
            add();
        }
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
        try {
            own.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command of the jar; its memory and its status are its own. An argument may be an array of them. */
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

    /** Runs it in a mount namespace of its own, after a command that changes what is mounted there. */
    public Running startAmong(String mounts, Object... arguments) {
        return start(List.of("unshare", "-m", "sh", "-c", mounts + " && exec \"$0\" \"$@\""), home, Map.of(), arguments);
    }

    /** Runs it in a user namespace of its own, after a command that limits it. */
    public Running startUnder(String limit, Object... arguments) {
        return start(List.of("unshare", "-Ur", "sh", "-c", limit + "; exec \"$0\" \"$@\""), home, Map.of(), arguments);
    }

    /** Runs it with at most so many files open at the same time. */
    public Running startWithOpenFiles(int most, Object... arguments) {
        return start(List.of("sh", "-c", "ulimit -n " + most + "; exec \"$0\" \"$@\""), home, Map.of(), arguments);
    }

    private Running start(List<String> before, Path directory, Map<String, String> environment, Object... arguments) {
        int management = freePort();
        List<String> command = new ArrayList<>(before);
        command.add(JAVA);
        command.addAll(options);
        List<String> program = program();
        command.addAll(program);
        flat(arguments).map(Object::toString).forEach(command::add);
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
            Running running = new Running(command.subList(before.size() + 1 + options.size() + program.size(), command.size()), process, output,
                    management);
            started.add(running);
            return running;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> program() {
        String jar = System.getProperty("bactrian.jar");
        return added.isEmpty() ? List.of("-jar", jar)
                : List.of("-cp", jar + ":" + home.resolve("added.jar"), "io.bactrian.cli.Bactrian");
    }

    /** Each class with those within it. */
    private void add() throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(home.resolve("added.jar")))) {
            for (Class<?> type : added) {
                Path file = Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                        .resolve(type.getName().replace('.', '/') + ".class");
                try (Stream<Path> all = Files.list(file.getParent())) {
                    for (Path each : all.filter(it -> it.getFileName().toString().matches(type.getSimpleName() + "(\\$.*)?\\.class"))
                            .toList()) {
                        jar.putNextEntry(new JarEntry(type.getPackageName().replace('.', '/') + "/" + each.getFileName()));
                        Files.copy(each, jar);
                    }
                }
            }
        }
    }

    private static Stream<Object> flat(Object... arguments) {
        return Stream.of(arguments).flatMap(it -> it instanceof Object[] some ? flat(some) : Stream.of(it));
    }

    /**
     * A port that nobody listens on, and that nobody is given as long as this JVM lives: it is below those that a system
     * gives to who asks for any, and locked in a file that all tests of this user on this machine share.
     */
    public static int freePort() {
        try {
            for (;;) {
                int port = 10_000 + NEXT_PORT.getAndIncrement() % 20_000;
                if (PORTS.tryLock(port, 1, false) != null && isFree(port)) {
                    return port;
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static FileChannel ports() {
        try {
            return FileChannel.open(Path.of(System.getProperty("java.io.tmpdir"), "bactrian-ports-"
                    + System.getProperty("user.name")), CREATE, WRITE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public static String url(int port) {
        return "http://127.0.0.1:" + port;
    }
}
