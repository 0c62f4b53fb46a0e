package io.bactrian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The wall clock of processes, which moves while they run, by the library {@code faketime}. Other clocks and the times of files stay. */
public final class FakeClock {
    private static final Optional<String> LIBRARY = Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
            "/usr/lib64", "/usr/lib").map(lib -> lib + "/faketime/libfaketimeMT.so.1")
            .filter(lib -> Files.exists(Path.of(lib))).findFirst();

    private final Path file;

    /** @param file says how far it is moved; none of the processes sees it before it is there */
    public FakeClock(Path file) {
        this.file = file;
    }

    public static boolean isInstalled() {
        return LIBRARY.isPresent();
    }

    /** Whether it was ever moved. */
    public boolean isSet() {
        return Files.exists(file);
    }

    /** Moves it to so many seconds after the real time, or before it. */
    public void move(long seconds) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, "%+d".formatted(seconds));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * What a process needs to see it. With the library's own fix for timeouts each timed wait of Java ends at once, and a
     * process without anything to do keeps a core busy.
     */
    public Map<String, String> environment() {
        return Map.of("LD_PRELOAD", LIBRARY.orElseThrow(), "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_CACHE_DURATION", "1", "DONT_FAKE_MONOTONIC", "1", "FAKETIME_FORCE_MONOTONIC_FIX", "0", "NO_FAKE_STAT", "1");
    }
}
