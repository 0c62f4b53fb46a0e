package io.bactrian.watch;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/** Access to the operating system, replaced by tests to simulate failures. */
interface Registrar {

    default WatchService open(Path root) throws IOException {
        return root.getFileSystem().newWatchService();
    }

    default WatchKey register(Path directory, WatchService service) throws IOException {
        return directory.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
    }

    /** The file that lists the mounts on Linux; it does not exist on other systems. */
    default Path mounts() {
        return Path.of("/proc/self/mountinfo");
    }
}
