package io.bactrian;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A disk that answers errors for the names that hold a marker, as {@code faulty-disk.c} says, while it is broken. */
final class FaultyDisk {
    private final Path library;
    private final Path broken;

    /** Compiles the library that answers in the place of the disk; skips the test where there is no compiler. */
    FaultyDisk(Path directory) throws IOException {
        assumeTrue(Tools.succeeds("gcc", "--version"), "there is no gcc here");
        library = directory.resolve("faulty-disk.so");
        broken = directory.resolve("broken");
        Path text = directory.resolve("faulty-disk.c");
        try (InputStream source = FaultyDisk.class.getResourceAsStream("faulty-disk.c")) {
            Files.copy(source, text);
        }
        Tools.run("gcc", "-shared", "-fPIC", "-O1", "-o", library.toString(), text.toString(), "-ldl");
    }

    /** What a process has in its environment whose disk fails, but for paths with this part. */
    Map<String, String> butFor(Path spared) {
        Map<String, String> environment = new HashMap<>(Map.of("LD_PRELOAD", library.toString(), "FAULTS", broken.toString()));
        environment.put("FAULTS_NOT_IN", spared + "/");
        return environment;
    }

    /** The same, of paths with this part only. */
    Map<String, String> in(Path failing) {
        return Map.of("LD_PRELOAD", library.toString(), "FAULTS", broken.toString(), "FAULTS_IN", failing + "/");
    }

    void breaks() throws IOException {
        Files.createFile(broken);
    }

    void isMended() throws IOException {
        Files.delete(broken);
    }
}
