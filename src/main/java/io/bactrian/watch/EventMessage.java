package io.bactrian.watch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.file.watch.FileWatchConstants;

/**
 * Converts an event to a message, with the body and headers of stock {@code file-watch} and those of
 * {@link WatchConstants}.
 */
record EventMessage(Path root) {
    void write(TreeEvent event, Message message) {
        Path path = event.path().toString().isEmpty() ? root : root.resolve(event.path());
        String absolute = slashed(path);
        String relative = slashed(event.path());
        message.setBody(path.toFile());
        event.kind().type().ifPresent(type -> message.setHeader(FileWatchConstants.EVENT_TYPE_HEADER, type.name()));
        event.kind().rescan().ifPresent(rescan -> message.setHeader(WatchConstants.RESCAN, rescan.name()));
        if (event.kind() == TreeEvent.Kind.BLIND) {
            message.setHeader(WatchConstants.BLIND, event.detail());
        }
        message.setHeader(FileWatchConstants.FILE_NAME_ONLY, String.valueOf(path.getFileName()));
        message.setHeader(FileWatchConstants.FILE_ABSOLUTE, true);
        message.setHeader(FileWatchConstants.FILE_ABSOLUTE_PATH, absolute);
        message.setHeader(FileWatchConstants.FILE_PATH, absolute);
        message.setHeader(FileWatchConstants.FILE_NAME, relative);
        message.setHeader(FileWatchConstants.FILE_RELATIVE_PATH, relative);
        message.setHeader(FileWatchConstants.FILE_NAME_CONSUMED, relative);
        message.setHeader(FileWatchConstants.FILE_PARENT, String.valueOf(path.getParent()));
        message.setHeader(FileWatchConstants.FILE_LAST_MODIFIED, lastModified(path, event.time()));
        message.setHeader(Exchange.MESSAGE_TIMESTAMP, event.time());
    }

    /** Unlike directory-watcher, does not take a backslash in a name for a separator. */
    static String slashed(Path path) {
        return path.toString().replace(File.separatorChar, '/');
    }

    private static long lastModified(Path path, long otherwise) {
        try {
            return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toMillis();
        } catch (IOException gone) {
            return otherwise;
        }
    }
}
