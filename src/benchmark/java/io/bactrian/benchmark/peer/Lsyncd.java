package io.bactrian.benchmark.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.bactrian.benchmark.place.Place;
import io.bactrian.benchmark.place.Program;

/** lsyncd, which starts rsync for what it sees change, towards rsync's daemon. Stateless. */
public final class Lsyncd implements Peer {
    @Override
    public String name() {
        return "lsyncd";
    }

    @Override
    public List<String> programs() {
        return List.of("lsyncd", "rsync");
    }

    @Override
    public String version() throws IOException {
        return "lsyncd " + Program.firstLine("lsyncd", "--version") + ", delay of 1 s";
    }

    @Override
    public Session open(Place place) throws IOException {
        Files.writeString(place.own("lsyncd.lua"), String.format("""
                settings { nodaemon = true }
                sync {
                    default.rsync,
                    source = "%s",
                    target = "%s",
                    delay = 1,
                    rsync = { archive = true },
                }
                """, place.source(), Rsync.serve(place)));
        return new Watcher(place);
    }

    private static final class Watcher implements Session {
        private final Place place;
        private Optional<Program> running = Optional.empty();

        Watcher(Place place) {
            this.place = place;
        }

        @Override
        public void bring() throws IOException {
            running = Optional.of(place.startAtSource(Map.of(), List.of("lsyncd", "-nodaemon",
                    place.own("lsyncd.lua").toString())));
        }

        @Override
        public boolean ends() {
            return false;
        }

        @Override
        public void rest() {
            running.ifPresent(place::stop);
        }

        @Override
        public boolean watches() {
            return true;
        }
    }
}
