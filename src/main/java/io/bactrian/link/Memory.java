package io.bactrian.link;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

import io.bactrian.content.WriteProbe;
import io.bactrian.index.Index;
import io.bactrian.index.IndexException;
import io.bactrian.replica.disk.DirectoryLock;
import io.bactrian.settings.Settings;
import io.bactrian.settings.SourceSettings;
import io.bactrian.tree.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a link remembers from one run to the next: the view, which is what its target is known to hold, and the
 * name by which the target's lease knows it. One process at a time has it. Thread-safe.
 */
public final class Memory {
    private static final Logger LOG = LoggerFactory.getLogger(Memory.class);

    private final Optional<Path> directory;
    private final String link;
    private Optional<DirectoryLock> lock = Optional.empty();
    private Optional<Index> view = Optional.empty();
    private String instance = UUID.randomUUID().toString();

    /** @param state where to remember; nothing outlasts the process, if empty */
    Memory(SourceSettings source, URI target, Settings settings, Optional<Path> state) {
        this.directory = state.map(path -> path.resolve(key(source, target, settings)));
        this.link = source.directory() + " to " + target;
    }

    /**
     * One directory and one target have one memory, whatever the source is called today. A target in this very
     * process is known by its directory, for its port may be another each time.
     */
    private static String key(SourceSettings source, URI target, Settings settings) {
        String there = settings.targets().stream()
                .filter(own -> target.getPort() == settings.httpPort() && target.getHost().equals(settings.httpHost())
                        && target.getPath().endsWith("/" + own.name()))
                .map(own -> own.directory().toAbsolutePath().normalize().toString())
                .findFirst().orElse(target.toString());
        String both = source.directory().toAbsolutePath().normalize() + " " + there;
        return Digest.of(both.getBytes(StandardCharsets.UTF_8)).toString().substring(0, 16);
    }

    /**
     * Opens it, if it is not open yet.
     *
     * @throws IOException if its directory cannot be used, or another process has it
     */
    synchronized void open() throws IOException {
        if (view.isPresent()) {
            return;
        }
        if (directory.isEmpty()) {
            view = Optional.of(Index.inMemory());
            return;
        }
        make(directory.get());
        DirectoryLock taken = take(directory.get());
        try {
            Index index = Index.open(directory.get().resolve("view.db"));
            instance = index.note("instance").orElse(instance);
            index.note("instance", instance);
            index.commit();
            view = Optional.of(index);
            lock = Optional.of(taken);
        } finally {
            if (view.isEmpty()) {
                taken.close();
            }
        }
    }

    private static void make(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (FileSystemException e) {
            throw new IOException("the state directory " + directory + " cannot be made: " + WriteProbe.remedy(e));
        }
    }

    private DirectoryLock take(Path place) throws IOException {
        try {
            return DirectoryLock.take(place, place.resolve("lock"), 0);
        } catch (DirectoryLock.InUseException e) {
            throw new IOException("another process sends " + link + " (" + e.holder() + "); this one waits until it ends",
                    e);
        }
    }

    /** Gives it back. */
    public synchronized void close() throws IOException {
        view.ifPresent(Index::close);
        view = Optional.empty();
        if (lock.isPresent()) {
            lock.get().close();
            lock = Optional.empty();
        }
    }

    /** Takes a view in which something failed back to what it last kept, or to nothing; tells whether it had to. */
    public synchronized boolean recover() {
        boolean faulty = view.filter(Index::isFaulty).isPresent();
        if (faulty) {
            try {
                view().rollback();
                view().note("instance", instance);
                view().commit();
            } catch (IndexException e) {
                // The next turn finds it as it is, and tries again.
                LOG.debug("{}", link, e);
            }
        }
        return faulty;
    }

    synchronized Index view() {
        return view.orElseThrow(() -> new IllegalStateException("the link is not open"));
    }

    /** The same after a restart. */
    public synchronized String instance() {
        return instance;
    }
}
