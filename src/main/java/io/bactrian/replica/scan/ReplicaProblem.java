package io.bactrian.replica.scan;

/**
 * An entry of the replica that the index cannot hold. Immutable.
 *
 * @param path relative to the replica
 */
public record ReplicaProblem(String path, String reason) {
    @Override
    public String toString() {
        return (path.isEmpty() ? "the replica's root" : path) + ": " + reason;
    }
}
