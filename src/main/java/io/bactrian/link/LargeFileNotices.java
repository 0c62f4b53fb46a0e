package io.bactrian.link;

import java.io.IOException;
import java.time.Duration;

import io.bactrian.compare.LargeFileTiming;
import io.bactrian.tree.Stat;
import io.bactrian.upload.FileUpload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs once that a large file keeps changing, and once that it has stopped. Stateless. */
public final class LargeFileNotices {
    private static final Logger LOG = LoggerFactory.getLogger(LargeFileNotices.class);

    /** The message of a run with --once. */
    static final String FOR_ONCE = "keeps changing: it was sent as read in one pass,"
            + " and later changes are left to the next run";

    private LargeFileNotices() {
    }

    /** A file could not be read, and its upload ends: that is reported, or the path is compared again if it is no file any more. */
    public static void unreadable(Link link, String path, IOException fault) {
        link.files().kindChanges().trouble(path, Stat.Kind.FILE, fault).ifPresentOrElse(
                why -> link.heldPaths().add(link.name(), path, "cannot be read: " + why),
                () -> link.touchLater(path, Duration.ZERO));
        if (link.uploads().ended(path)) {
            link.touchLater(path, Duration.ZERO);
        }
    }

    /** A target has the content of an upload. */
    public static void staged(Link link, FileUpload upload) {
        LargeFileTiming timing = link.files().largeFileTiming();
        boolean onePass = upload.file().onePass();
        if (onePass && timing.sent(upload.path(), upload.content().nanos(), upload.content().cost())) {
            if (timing.isOnce()) {
                LOG.warn("{}: {}: {}", link.name(), upload.path(), FOR_ONCE);
            } else {
                LOG.info("{}: {} keeps changing: sent as read in one pass, and again until it stops",
                        link.name(), upload.path());
            }
        } else if (!onePass && timing.hasStoppedChanging(upload.path())) {
            LOG.info("{}: {} has stopped changing: sent as it is", link.name(), upload.path());
        }
    }
}
