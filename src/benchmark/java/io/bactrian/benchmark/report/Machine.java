package io.bactrian.benchmark.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

import com.sun.management.OperatingSystemMXBean;
import io.bactrian.benchmark.place.Program;

/** Says where something was measured. Stateless. */
public final class Machine {
    private Machine() {
    }

    /** The date and the machine, with the file system of this directory, in a line. */
    public static String describe(Path directory) throws IOException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        FileStore store = Files.getFileStore(directory);
        return String.format(Locale.ROOT, "%s: %d cores, %.0f GB of memory, %s %s (%s), load %.1f before the first "
                + "run, %s on %s", LocalDate.now(), system.getAvailableProcessors(), system.getTotalMemorySize() / 1e9,
                system.getName(), system.getVersion(), system.getArch(), system.getSystemLoadAverage(), directory,
                store.type());
    }

    /** What this java says of itself, in a line. */
    public static String java(String java) throws IOException {
        return Program.run(List.of(java, "-version")).lines().filter(line -> line.contains("Runtime"))
                .findFirst().orElse(java);
    }
}
