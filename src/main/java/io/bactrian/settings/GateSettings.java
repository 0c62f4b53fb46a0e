package io.bactrian.settings;

import java.time.Duration;

/**
 * Limits for connections to a target. Immutable.
 *
 * @param connections open at the same time; beyond that the one that has waited longest for its caller is closed
 * @param perAddress  connections from one address
 * @param bodies      bytes of all request bodies in memory at the same time
 * @param headTime    for a new connection to send its first request head
 * @param bodyTime    for the body of one request
 * @param idle        time that a connection waits for the next request, or for a caller to read its answer
 */
public record GateSettings(int connections, int perAddress, int bodies, Duration headTime, Duration bodyTime,
        Duration idle) {
    private static final int FEW = 10;

    /** The same time limits with a tenth of the connections, for a port with few callers. */
    public GateSettings tenth() {
        return new GateSettings(Math.max(FEW, connections / 10), Math.max(FEW, perAddress / 10), bodies, headTime, bodyTime,
                idle);
    }
}
