package io.bactrian.benchmark.place;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What lies between source and target. */
public interface Network extends Closeable {

    /** The command that runs this on the source's end. */
    List<String> atSource(List<String> command);

    /** The command that runs this on the target's end. */
    List<String> atTarget(List<String> command);

    String sourceAddress();

    String targetAddress();

    /** The port for a server that usually has this one. */
    int port(int usual) throws IOException;

    /** Everything that crossed so far; nothing if it is not counted. */
    Optional<Traffic> traffic() throws IOException;

    /** What it is, for the table. */
    String description();
}
