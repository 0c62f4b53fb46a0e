package io.bactrian.watch;

/** How much of the exchange's directory must be compared; the value of {@link WatchConstants#RESCAN}. */
public enum Rescan {

    /** The directory's direct children: the operating system dropped events. */
    DIRECTORY,

    /** Everything below the directory: it is new, or was not watched for a while. */
    TREE
}
