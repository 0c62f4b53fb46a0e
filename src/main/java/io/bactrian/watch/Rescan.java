package io.bactrian.watch;

/** How much of the exchange's directory must be compared; the value of {@link WatchConstants#RESCAN}. */
public enum Rescan {

    /** The directory's direct children: more happened at once than the operating system kept. */
    DIRECTORY,

    /** Everything below the directory: it is new here, or was out of sight for a while. */
    TREE
}
