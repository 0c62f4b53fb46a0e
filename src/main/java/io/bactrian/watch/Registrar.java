package io.bactrian.watch;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/** What is asked of the operating system; a test refuses it in the system's place. */
interface Registrar {

    default WatchService open(Path root) throws IOException {
        return root.getFileSystem().newWatchService();
    }

    default WatchKey register(Path directory, WatchService service) throws IOException {
        return directory.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
    }

    /** Where Linux says what is mounted where; elsewhere there is no such file. */
    default Path mounts() {
        return Path.of("/proc/self/mountinfo");
    }
}
