package io.bactrian.watch;

import java.nio.file.Path;
import java.util.Optional;

import org.apache.camel.component.file.watch.constants.FileEventEnum;

/**
 * An event of a path.
 *
 * @param path   relative to the watched root; empty for the root itself
 * @param time   when it was noticed, in milliseconds since the epoch
 * @param detail the reason of {@link Kind#BLIND}, otherwise empty
 */
record TreeEvent(Path path, Kind kind, long time, String detail) {

    TreeEvent(Path path, Kind kind) {
        this(path, kind, System.currentTimeMillis(), "");
    }

    static TreeEvent blind(String reason) {
        return new TreeEvent(Path.of(""), Kind.BLIND, System.currentTimeMillis(), reason);
    }

    enum Kind {
        CREATE(FileEventEnum.CREATE, null),
        MODIFY(FileEventEnum.MODIFY, null),
        DELETE(FileEventEnum.DELETE, null),
        /** A directory was created or moved in; it is watched from now on. */
        NEW_DIRECTORY(FileEventEnum.CREATE, Rescan.TREE),
        /** The operating system dropped events of this directory. */
        OVERFLOW(FileEventEnum.MODIFY, Rescan.DIRECTORY),
        /** A directory is watched again after an interruption. */
        SEEN_AGAIN(FileEventEnum.MODIFY, Rescan.TREE),
        BLIND(null, null);

        private final FileEventEnum type;
        private final Rescan rescan;

        Kind(FileEventEnum type, Rescan rescan) {
            this.type = type;
            this.rescan = rescan;
        }

        Optional<FileEventEnum> type() {
            return Optional.ofNullable(type);
        }

        Optional<Rescan> rescan() {
            return Optional.ofNullable(rescan);
        }
    }
}
