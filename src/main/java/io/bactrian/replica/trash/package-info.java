/** Keeps removed and replaced files for a while. */
package io.bactrian.replica.trash;
