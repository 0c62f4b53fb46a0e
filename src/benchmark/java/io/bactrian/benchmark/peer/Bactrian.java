package io.bactrian.benchmark.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

import io.bactrian.benchmark.place.Place;
import io.bactrian.benchmark.place.Program;

/** Bactrian: its jar, in a JVM for each end. Immutable. */
public final class Bactrian implements Peer {
    private static final int PORT = 8480;

    private final List<String> command;
    private final List<String> ofSource;
    private final List<String> ofTarget;

    /**
     * @param java the program that runs it
     * @param jar  the runnable jar
     */
    public Bactrian(String java, Path jar) {
        this(List.of(java, "-jar", jar.toAbsolutePath().toString()), List.of(), List.of());
    }

    private Bactrian(List<String> command, List<String> ofSource, List<String> ofTarget) {
        this.command = command;
        this.ofSource = ofSource;
        this.ofTarget = ofTarget;
    }

    /** The same with no more heap than this on either end, such as 384m. */
    public Bactrian withHeap(String size) {
        List<String> changed = new ArrayList<>(command);
        changed.add(1, "-Xmx" + size);
        return new Bactrian(changed, ofSource, ofTarget);
    }

    /** The same with this property of the source. */
    public Bactrian withSource(String property, String value) {
        return new Bactrian(command, more(ofSource, property, value), ofTarget);
    }

    /** The same with this property of the target. */
    public Bactrian withTarget(String property, String value) {
        return new Bactrian(command, ofSource, more(ofTarget, property, value));
    }

    private static List<String> more(List<String> settings, String property, String value) {
        return Stream.concat(settings.stream(), Stream.of("--set", property + "=" + value)).toList();
    }

    @Override
    public String name() {
        return "bactrian";
    }

    @Override
    public List<String> programs() {
        return List.of();
    }

    @Override
    public String version() throws IOException {
        List<String> line = new ArrayList<>(command);
        line.add("--version");
        return Program.firstLine(line.toArray(String[]::new));
    }

    @Override
    public Running open(Place place) throws IOException {
        int port = place.network().port(PORT);
        String address = place.network().targetAddress();
        // "receives on": the port is open before the replica was looked at.
        Program target = place.startAtTarget(Map.of(), line("target", ofTarget, "--management-port", "0",
                "--insecure", "--host", address, "--port", String.valueOf(port), place.target().toString()))
                .awaitListening(port).awaitSaying(" receives on ");
        return new Running(place, target, "http://" + address + ":" + place.reach(port));
    }

    private List<String> line(String verb, List<String> settings, String... arguments) {
        List<String> line = new ArrayList<>(command);
        line.add(verb);
        line.addAll(settings);
        line.addAll(List.of(arguments));
        return line;
    }

    /** Both ends. */
    public final class Running implements Session {
        private final Place place;
        private final List<Program> programs = new ArrayList<>();
        private final String url;

        private Running(Place place, Program target, String url) {
            this.place = place;
            this.programs.add(target);
            this.url = url;
        }

        /** The processes that run on: the target's, and behind it the source's. */
        public List<Program> programs() {
            return List.copyOf(programs);
        }

        @Override
        public void bring() throws IOException {
            place.runAtSource(Map.of(), source("--once"));
        }

        @Override
        public boolean ends() {
            return true;
        }

        @Override
        public void follow() throws IOException {
            programs.add(place.startAtSource(Map.of(), source("--management-port", "0")));
        }

        @Override
        public boolean watches() {
            return true;
        }

        @Override
        public OptionalLong bytesRead() throws IOException {
            long all = 0;
            for (Program program : programs) {
                OptionalLong read = program.bytesRead();
                if (read.isEmpty()) {
                    return read;
                }
                all += read.getAsLong();
            }
            return OptionalLong.of(all);
        }

        private List<String> source(String... options) {
            List<String> line = line("source", ofSource, options);
            line.addAll(List.of("--set", "bactrian.state=" + place.own("state"), place.source().toString(), url));
            return line;
        }
    }
}
