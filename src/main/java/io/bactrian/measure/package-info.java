/** Counters that are always on: plain numbers that cost nanoseconds to update. */
package io.bactrian.measure;
