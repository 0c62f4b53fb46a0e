package io.bactrian.benchmark.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.bactrian.benchmark.place.Place;
import io.bactrian.benchmark.place.Program;

/**
 * Syncthing on both ends, one of which only sends and the other only receives. Both run and are connected before the
 * user does anything; what he does is to resume the folder. Stateless.
 */
public final class Syncthing implements Peer {
    private static final int PORT = 22_000;
    private static final int API = 8384;
    private static final String FOLDER = "measured";

    @Override
    public String name() {
        return "syncthing";
    }

    @Override
    public List<String> programs() {
        return List.of("syncthing");
    }

    @Override
    public String version() throws IOException {
        return Program.firstLine("syncthing", "--version") + ", watcher's delay of 1 s";
    }

    @Override
    public Session open(Place place) throws IOException {
        int port = place.network().port(PORT);
        End source = End.make(place, "source", place.network().sourceAddress(), place.network().port(PORT));
        End target = End.make(place, "target", place.network().targetAddress(), port);
        target.configure(place.target(), "receiveonly", false, source, "dynamic");
        place.startAtTarget(Map.of(), target.command()).awaitListening(port);
        source.configure(place.source(), "sendonly", true, target,
                "tcp://" + place.network().targetAddress() + ":" + place.reach(port));
        place.startAtSource(Map.of(), source.command()).awaitSaying("Established secure connection");
        return new Watcher(place, source);
    }

    private record Watcher(Place place, End source) implements Session {
        @Override
        public void bring() throws IOException {
            pause(false);
        }

        @Override
        public boolean ends() {
            return false;
        }

        @Override
        public void rest() throws IOException {
            pause(true);
        }

        @Override
        public boolean watches() {
            return true;
        }

        private void pause(boolean paused) throws IOException {
            place.runAtSource(Map.of(), List.of("syncthing", "cli", "--home=" + source.home(), "config", "folders",
                    FOLDER, "paused", "set", String.valueOf(paused)));
        }
    }

    /** One end, with the directory of its configuration. */
    private record End(Path home, String device, String address, int port, int api) {
        static End make(Place place, String name, String address, int port) throws IOException {
            Path home = place.own("syncthing-" + name);
            Program.run(List.of("syncthing", "generate", "--home=" + home, "--no-default-folder",
                    "--skip-port-probing"));
            String device = Program.run(List.of("syncthing", "--home=" + home, "--device-id")).strip();
            return new End(home, device, address, port, place.network().port(API));
        }

        List<String> command() {
            return List.of("syncthing", "serve", "--home=" + home, "--no-browser", "--no-restart", "--no-upgrade");
        }

        void configure(Path directory, String type, boolean paused, End other, String where) throws IOException {
            Files.createDirectories(directory.resolve(".stfolder"));
            Files.writeString(home.resolve("config.xml"), String.format("""
                    <configuration version="36">
                      <folder id="%1$s" path="%2$s" type="%3$s" rescanIntervalS="3600" fsWatcherEnabled="true"
                              fsWatcherDelayS="1">
                        <paused>%4$s</paused>
                        <device id="%5$s"/>
                        <device id="%6$s"/>
                      </folder>
                      <device id="%5$s"><address>dynamic</address></device>
                      <device id="%6$s"><address>%7$s</address></device>
                      <gui enabled="true"><address>127.0.0.1:%8$d</address><apikey>measured</apikey></gui>
                      <options>
                        <listenAddress>tcp://%9$s:%10$d</listenAddress>
                        <reconnectionIntervalS>5</reconnectionIntervalS>
                        <globalAnnounceEnabled>false</globalAnnounceEnabled>
                        <localAnnounceEnabled>false</localAnnounceEnabled>
                        <relaysEnabled>false</relaysEnabled>
                        <natEnabled>false</natEnabled>
                        <urAccepted>-1</urAccepted>
                        <autoUpgradeIntervalH>0</autoUpgradeIntervalH>
                        <crashReportingEnabled>false</crashReportingEnabled>
                      </options>
                    </configuration>
                    """, FOLDER, directory, type, paused, device, other.device, where, api, address, port));
        }
    }
}
