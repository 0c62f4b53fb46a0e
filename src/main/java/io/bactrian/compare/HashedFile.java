package io.bactrian.compare;

import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;

/**
 * A file whose content was read and hashed. Immutable.
 *
 * @param stat   the file's stat when it was read
 * @param moving whether the file changed while it was read, so that the digest is that of the bytes that were read
 */
public record HashedFile(Stat stat, Digest digest, boolean moving) {
}
