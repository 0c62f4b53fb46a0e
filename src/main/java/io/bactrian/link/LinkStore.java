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
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.settings.SourceSettings;
import io.bactrian.tree.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what a link keeps from one run to the next: the view, which is what its target is known to hold, and the id under which
 * it takes the target's lease. Used by one process at a time. Thread-safe.
 */
public final class LinkStore {
    private static final Logger LOG = LoggerFactory.getLogger(LinkStore.class);

    private final Optional<Path> directory;
    private final String link;
    private Optional<DirectoryLock> lock = Optional.empty();
    private Optional<Index> view = Optional.empty();
    private String instance = UUID.randomUUID().toString();

    /** @param state the state directory; only in memory if empty */
    LinkStore(SourceSettings source, URI target, Settings settings, Optional<Path> state) {
        this.directory = state.map(path -> path.resolve(key(source, target, settings)));
        this.link = source.directory() + " to " + target;
    }

    /**
     * Identifies the link by directory and target, because the name of the source may change. A target in this process is identified
     * by its directory, because its port may change.
     */
    private static String key(SourceSettings source, URI target, Settings settings) {
        String there = settings.targets().stream()
                .filter(own -> target.getPort() == settings.value(Property.HTTP_PORT) && target.getHost().equals(settings.value(Property.HTTP_HOST))
                        && target.getPath().endsWith("/" + own.name()))
                .map(own -> own.directory().toAbsolutePath().normalize().toString())
                .findFirst().orElse(target.toString());
        String both = source.directory().toAbsolutePath().normalize() + " " + there;
        return Digest.of(both.getBytes(StandardCharsets.UTF_8)).toString().substring(0, 16);
    }

    /**
     * Opens the store, if it is not open yet.
     *
     * @throws IOException if its directory cannot be used, or another process uses it
     */
    synchronized void open() throws IOException {
        if (view.isPresent()) {
            return;
        }
        if (directory.isEmpty()) {
            view = Optional.of(Index.inMemory());
            return;
        }
        create(directory.get());
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

    private static void create(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (FileSystemException e) {
            throw new IOException("the state directory " + directory + " cannot be created: " + WriteProbe.remedy(e));
        }
    }

    private DirectoryLock take(Path directory) throws IOException {
        try {
            return DirectoryLock.take(directory, directory.resolve("lock"), 0);
        } catch (DirectoryLock.InUseException e) {
            throw new IOException("another process already sends " + link + " (" + e.holder() + "); this one waits until it ends",
                    e);
        }
    }

    /** Closes the store. */
    public synchronized void close() throws IOException {
        view.ifPresent(Index::close);
        view = Optional.empty();
        if (lock.isPresent()) {
            lock.get().close();
            lock = Optional.empty();
        }
    }

    /** Rolls back a view in which an operation failed; returns whether that was necessary. */
    public synchronized boolean recover() {
        boolean faulty = view.filter(Index::isFaulty).isPresent();
        if (faulty) {
            try {
                view().rollback();
                view().note("instance", instance);
                view().commit();
            } catch (IndexException e) {
                // The next turn tries again.
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
