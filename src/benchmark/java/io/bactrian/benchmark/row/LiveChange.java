package io.bactrian.benchmark.row;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

import io.bactrian.benchmark.peer.Peer;
import io.bactrian.benchmark.place.Pause;
import io.bactrian.benchmark.place.Place;

/**
 * Both sides are equal and followed; then something changes. The time runs from the moment when the change is complete.
 * Who does not watch is started at that moment. Immutable.
 */
record LiveChange(String name, String work, Tree tree, Change change, Check check, Goal goal) implements Row {
    /** Changes the source. */
    interface Change {
        /**
         * Makes it.
         *
         * @param complete to be called at the very moment when the source is as it will be
         * @return what the target will have
         */
        Expected make(Path source, Runnable complete) throws IOException;
    }

    /** Looks at the target, before and after. */
    interface Check {
        Check NONE = target -> "";

        /** Something that should be worth a note if it is the same before and after. */
        String look(Path target) throws IOException;
    }

    static final String KEPT = "same inode";
    static final String UNREAD = "no content read";
    private static final String NEW = "new inode";

    /** How long a peer may take to begin with reading what it has renamed. */
    private static final int AFTERWARDS = 3_000;

    /** What a JVM reads of itself, and of connections. */
    private static final long BESIDES = 4 << 20;

    @Override
    public Measurement measure(Peer peer, Place place) throws IOException {
        tree.settle(place);
        Expected all = Expected.of(place.source(), "");
        Peer.Session session = peer.open(place);
        session.follow();
        all.await(place.target());
        place.awaitSilence();
        String before = check.look(place.target());
        OptionalLong readBefore = session.bytesRead();
        Meter meter = new Meter(place);
        Expected expected = change.make(place.source(), meter::start);
        session.changed();
        if (session.watches()) {
            expected.await(place.target());
        }
        meter.stop();
        String after = check.look(place.target());
        if (before.isEmpty()) {
            return meter.read(!session.watches(), "");
        }
        Pause.millis(AFTERWARDS);
        return meter.read(!session.watches(), (before.equals(after) ? KEPT : NEW) + read(session, readBefore));
    }

    private static String read(Peer.Session session, OptionalLong before) throws IOException {
        OptionalLong now = session.bytesRead();
        if (before.isEmpty() || now.isEmpty()) {
            return "";
        }
        long read = now.getAsLong() - before.getAsLong();
        return ", " + (read < BESIDES ? UNREAD : String.format(Locale.ROOT, "%,d MB read", read / 1_000_000));
    }
}
