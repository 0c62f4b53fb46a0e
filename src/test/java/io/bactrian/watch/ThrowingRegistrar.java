package io.bactrian.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Optional;
import java.util.function.Supplier;

/** Throws when the watching thread registers a directory. */
public final class ThrowingRegistrar implements Registrar {
    private volatile Supplier<Optional<Error>> faults;

    private ThrowingRegistrar(Supplier<Optional<Error>> faults) {
        this.faults = faults;
    }

    /** Sets the errors that the watching thread meets from now on, replacing the earlier ones. */
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
