package io.bactrian.link;

import java.io.IOException;
import java.time.Duration;

import io.bactrian.change.Moving;
import io.bactrian.change.Work;
import io.bactrian.tree.Stat;
import io.bactrian.upload.ContentUpload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once of a large file that it is being written, and once that it stands still. Stateless. */
public final class WrittenFile {
    private static final Logger LOG = LoggerFactory.getLogger(WrittenFile.class);

    /** What a run says that ends by itself. */
    static final String FOR_ONCE = "is being written and did not stand still while it was read: it was sent as one reading"
            + " found it, and what is written later is for the next run";

    private WrittenFile() {
    }

    /** It could not be read, and its upload ends: that is said, or it is looked at again if it is no file any more. */
    public static void unreadable(Link link, String path, IOException fault) {
        link.files().unsteady().trouble(path, Stat.Kind.FILE, fault).ifPresentOrElse(
                why -> link.troubles().add(link.name(), path, "cannot be read: " + why),
                () -> link.touchLater(path, Duration.ZERO));
        if (link.uploads().ended(path)) {
            link.touchLater(path, Duration.ZERO);
        }
    }

    /** A target has a content of it. */
    public static void staged(Link link, Work.Upload upload, ContentUpload sending) {
        Moving moving = link.files().moving();
        if (upload.onePass() && moving.sent(upload.path(), sending.nanos(), sending.cost())) {
            if (moving.isOnce()) {
                LOG.warn("{}: {}: {}", link.name(), upload.path(), FOR_ONCE);
            } else {
                LOG.info("{}: {} is being written: sent as one reading found it, and so again until it stands still",
                        link.name(), upload.path());
            }
        } else if (!upload.onePass() && moving.hasCalmed(upload.path())) {
            LOG.info("{}: {} stands still: sent as it is", link.name(), upload.path());
        }
    }
}
