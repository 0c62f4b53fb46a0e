/** The disk below: the lock, the reserve for a full disk, syncing, and calls of the operating system. */
package io.bactrian.replica.disk;
