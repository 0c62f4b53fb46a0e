/** Writes: a batch of changes, one class for each kind of change, and the guard that limits removals. */
package io.bactrian.replica.write;
