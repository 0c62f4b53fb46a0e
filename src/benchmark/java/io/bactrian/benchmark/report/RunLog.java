package io.bactrian.benchmark.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;

/** Every run as a line of JSON, written as soon as it is known. Used by one thread. */
public final class RunLog {
    private final ObjectMapper mapper = new ObjectMapper().registerModule(new Jdk8Module());
    private final Path file;

    /** Begins a new file. */
    public RunLog(Path file) throws IOException {
        this.file = file;
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, "");
    }

    public void add(Run run) throws IOException {
        Files.writeString(file, mapper.writeValueAsString(run) + "\n", StandardOpenOption.APPEND);
    }
}
