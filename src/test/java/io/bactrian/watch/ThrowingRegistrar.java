package io.bactrian.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Optional;
import java.util.function.Supplier;

/** Throws where the watching thread asks the system to watch a directory. */
public final class ThrowingRegistrar implements Registrar {
    private volatile Supplier<Optional<Error>> faults;

    private ThrowingRegistrar(Supplier<Optional<Error>> faults) {
        this.faults = faults;
    }

    /** From now on each of these is thrown on the watching thread; once it watches, only in place of those that were. */
    public static void plant(FileWatch watch, Supplier<Optional<Error>> faults) {
        if (watch.registrar() instanceof ThrowingRegistrar planted) {
            planted.faults = faults;
        } else {
            watch.registrar(new ThrowingRegistrar(faults));
        }
    }

    @Override
    public WatchKey register(Path directory, WatchService service) throws IOException {
        Optional<Error> fault = faults.get();
        if (fault.isPresent()) {
            throw fault.get();
        }
        return Registrar.super.register(directory, service);
    }
}
