/**
 * The directory of a target, and the only code that changes it: one batch or one look at a time. The packages below it
 * write, scan, scrub, keep what was removed, and deal with the disk.
 */
package io.bactrian.replica;
