package io.bactrian.replica;

import java.util.Optional;

import io.bactrian.tree.Entry;

/**
 * Something that is not as the index says.
 *
 * @param what in words for a person, the same words for the same kind
 * @param held what the index says
 * @param is   what is there; nothing, if it cannot be part of a tree or cannot be read
 */
public record Discrepancy(String path, String what, Optional<Entry> held, Optional<Entry> is) {
}
