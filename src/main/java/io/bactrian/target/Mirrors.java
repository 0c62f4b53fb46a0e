package io.bactrian.target;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.mirror.Mirror;
import io.bactrian.replica.Replica;
import io.bactrian.replica.ReplicaClosedException;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.settings.TargetSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All targets of this process, by name. Thread-safe. */
public final class Mirrors {
    private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);

    private final Settings settings;
    private final Map<String, Mirror> mirrors = new LinkedHashMap<>();

    public Mirrors(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    /**
     * Locks the directory of every target for this process.
     *
     * @throws IOException if one cannot be locked; none is locked then
     */
    public void open() throws IOException {
        try {
            for (TargetSettings target : settings.targets()) {
                mirrors.put(target.name(), new Mirror(target, Replica.open(target, settings.value(Property.HTTP_PORT)), settings.value(Property.LEASE)));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Scans the directories; senders wait until this is done. */
    public void scan() throws IOException {
        for (Mirror mirror : mirrors.values()) {
            try {
                mirror.scan();
            } catch (ReplicaClosedException e) {
                return;
            }
            mirror.replica().problems().forEach(problem ->
                    LOG.warn("{}: {}: {}", mirror.settings().name(), problem.path(), problem.reason()));
            LOG.info("{}: {} receives on {}:{}", mirror.settings().name(), mirror.settings().directory(),
                    settings.value(Property.HTTP_HOST), settings.value(Property.HTTP_PORT));
        }
    }

    /** Discards idle uploads. */
    public void sweep() throws IOException {
        for (Mirror mirror : mirrors.values()) {
            mirror.replica().staging().sweep(settings.value(Property.STAGING_KEEP));
        }
    }

    /** Stops all mirrors: they accept no more work. */
    public void stop() {
        mirrors.values().forEach(Mirror::stop);
    }

    /** Deletes expired entries of the trash, and counts the rest. */
    public void sweepTrash() throws IOException {
        for (Mirror mirror : mirrors.values()) {
            mirror.replica().trash().sweep();
            mirror.replica().trash().recount();
        }
    }

    /** Unlocks the directories. */
    public void close() {
        for (Mirror mirror : mirrors.values()) {
            try {
                mirror.replica().close();
            } catch (IOException e) {
                LOG.warn("{}: {}; nothing is lost, and the next start scans the directory", mirror.name(), e.getMessage());
            }
        }
        mirrors.clear();
    }

    public Optional<Mirror> find(String name) {
        return Optional.ofNullable(mirrors.get(name));
    }

    public Collection<Mirror> all() {
        return mirrors.values();
    }
}
