package io.bactrian.watch;

import org.apache.camel.component.file.watch.FileWatchConstants;

/** The headers that {@code file-watch} sets beside those of {@link FileWatchConstants}. */
public final class WatchConstants {

    /**
     * What has to be compared because single events do not tell it: the name of a {@link Rescan}.
     * Absent when the event says it all.
     */
    public static final String RESCAN = "BactrianRescan";

    /**
     * Why changes are not being seen at present, in plain words. The body is the watched root; the
     * exchange carries no event type, because nothing is known to have happened to a file.
     */
    public static final String BLIND = "BactrianBlind";

    private WatchConstants() {
    }
}
