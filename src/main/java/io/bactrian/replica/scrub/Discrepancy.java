package io.bactrian.replica.scrub;

import java.util.Optional;

import io.bactrian.tree.Entry;

/**
 * A difference between the replica and its index.
 *
 * @param what description for people; the same text for the same kind
 * @param held what the index holds
 * @param is   what is in the replica; empty if it cannot be part of a tree or cannot be read
 */
public record Discrepancy(String path, String what, Optional<Entry> held, Optional<Entry> is) {
}
