package io.bactrian.watch;

import org.apache.camel.component.file.watch.FileWatchConstants;

/** Headers that {@code file-watch} sets in addition to those of {@link FileWatchConstants}. */
public final class WatchConstants {

    /**
     * What must be compared because single events do not tell it: the name of a {@link Rescan}. Absent if the event is
     * complete.
     */
    public static final String RESCAN = "BactrianRescan";

    /**
     * Why changes are not seen at present. The body is the watched root; there is no event type, because nothing is
     * known to have happened to a file.
     */
    public static final String BLIND = "BactrianBlind";

    private WatchConstants() {
    }
}
