package io.bactrian.settings;

import java.time.Duration;

/**
 * What a target bears of those who connect to it. Immutable.
 *
 * @param connections at the same time; when there is one more, the one that has waited longest for its caller goes
 * @param perAddress  as {@code connections}, of one address
 * @param bodies      bytes of all requests' bodies that are in memory at the same time
 * @param headTime    how long a caller who has just connected may take to say what he wants
 * @param bodyTime    how long the body of one request may take
 * @param idle        how long a connection waits for the next request, and for a caller who does not read his answer
 * @param entries     changes in one batch
 * @param directories directories in one question about the tree
 */
public record GateSettings(int connections, int perAddress, int bodies, Duration headTime, Duration bodyTime,
        Duration idle, int entries, int directories) {
    private static final int FEW = 10;

    /** The same patience with a tenth of the connections, but some: for a port at which few ask, and seldom. */
    public GateSettings tenth() {
        return new GateSettings(Math.max(FEW, connections / 10), Math.max(FEW, perAddress / 10), bodies, headTime, bodyTime,
                idle, entries, directories);
    }
}
