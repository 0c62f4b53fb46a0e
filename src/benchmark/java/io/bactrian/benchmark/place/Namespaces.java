package io.bactrian.benchmark.place;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Each end in a network namespace of its own, and a pair of virtual interfaces (veth) between them: whatever one end
 * says to the other is counted. Linux, root and iproute2 are needed.
 */
public final class Namespaces implements Network {
    private static final Path NAMES = Path.of("/run/netns");
    private static final String LINK = "measured";
    private static final String SOURCE_ADDRESS = "10.77.0.1";
    private static final String TARGET_ADDRESS = "10.77.0.2";

    private final String source = Leftover.ownName() + "-source";
    private final String target = Leftover.ownName() + "-target";
    private Program inside;

    /**
     * What is missing on this machine; nothing if namespaces can be had.
     */
    public static Optional<String> missing() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("network namespaces are Linux's");
        }
        if (!Program.isInstalled("ip")) {
            return Optional.of("install iproute2");
        }
        try {
            for (Path old : Leftover.in(NAMES)) {
                remove(old.getFileName().toString());
            }
            String probe = Leftover.ownName() + "-probe";
            ip("netns", "add", probe);
            ip("netns", "del", probe);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("run as root");
        }
    }

    /** Makes them. */
    public static Namespaces make(Cleanup cleanup, Path directory) throws IOException {
        Namespaces made = cleanup.add(new Namespaces());
        made.open(directory);
        return made;
    }

    private void open(Path directory) throws IOException {
        ip("netns", "add", source);
        ip("netns", "add", target);
        // Without IPv6, whose neighbour discovery would be counted as if the peers had said it.
        for (String name : List.of(source, target)) {
            Program.run(within(name, List.of("sh", "-c",
                    "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6 || true")));
        }
        ip("link", "add", LINK, "netns", source, "type", "veth", "peer", "name", LINK, "netns", target);
        for (Map.Entry<String, String> end : Map.of(source, SOURCE_ADDRESS, target, TARGET_ADDRESS).entrySet()) {
            ip("-n", end.getKey(), "addr", "add", end.getValue() + "/24", "dev", LINK);
            ip("-n", end.getKey(), "link", "set", "lo", "up");
            ip("-n", end.getKey(), "link", "set", LINK, "up");
        }
        inside = Program.start(atSource(List.of("sleep", "infinity")), Map.of(), directory.resolve("network.log"));
    }

    private static void remove(String name) throws IOException {
        for (String pid : ip("netns", "pids", name).lines().toList()) {
            ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
        }
        ip("netns", "del", name);
    }

    private static String ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return Program.run(command);
    }

    private static List<String> within(String name, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(command);
        return all;
    }

    @Override
    public List<String> atSource(List<String> command) {
        return within(source, command);
    }

    @Override
    public List<String> atTarget(List<String> command) {
        return within(target, command);
    }

    @Override
    public String sourceAddress() {
        return SOURCE_ADDRESS;
    }

    @Override
    public String targetAddress() {
        return TARGET_ADDRESS;
    }

    @Override
    public int port(int usual) {
        return usual;
    }

    @Override
    public Optional<Traffic> traffic() throws IOException {
        // Of a process that lives inside: read without starting anything.
        List<String> devices = Files.readAllLines(Path.of("/proc", String.valueOf(inside.pid()), "net", "dev"));
        String line = devices.stream().map(String::strip).filter(device -> device.startsWith(LINK + ":")).findFirst()
                .orElseThrow(() -> new IOException("the link is gone"));
        long[] counters = Arrays.stream(line.substring(LINK.length() + 1).strip().split("\\s+"))
                .mapToLong(Long::parseLong).toArray();
        return Optional.of(new Traffic(counters[8], counters[0]));
    }

    @Override
    public String description() {
        return "two network namespaces joined by veth, every byte on it counted in both directions";
    }

    @Override
    public void close() throws IOException {
        if (inside != null) {
            inside.close();
        }
        for (String name : List.of(source, target)) {
            if (Files.exists(NAMES.resolve(name))) {
                remove(name);
            }
        }
    }
}
