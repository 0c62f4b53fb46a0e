/** Walks: reads the directory and brings the index in line with it. */
package io.bactrian.replica.scan;
