/** Checks: compares the directory with the index while batches go on, and names the differences. */
package io.bactrian.replica.scrub;
