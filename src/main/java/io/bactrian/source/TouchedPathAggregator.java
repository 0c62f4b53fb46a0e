package io.bactrian.source;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.bactrian.change.TouchedPath;
import io.bactrian.change.TouchedPath.Scope;
import io.bactrian.watch.Rescan;
import io.bactrian.watch.WatchConstants;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.watch.FileWatchConstants;
import org.apache.camel.component.file.watch.constants.FileEventEnum;

/** Collects the paths of the events of {@code file-watch}. Thread-safe. */
public final class TouchedPathAggregator implements AggregationStrategy {
    /** The whole tree. */
    public List<TouchedPath> everything() {
        return List.of(TouchedPath.EVERYTHING);
    }

    /** The path that an event touched, and the scope. */
    public TouchedPath touched(Exchange event) {
        String path = event.getMessage().getHeader(FileWatchConstants.FILE_NAME, "", String.class);
        String rescan = event.getMessage().getHeader(WatchConstants.RESCAN, String.class);
        FileEventEnum type = event.getMessage().getHeader(FileWatchConstants.EVENT_TYPE_HEADER, FileEventEnum.MODIFY,
                FileEventEnum.class);
        if (rescan == null) {
            return switch (type) {
                case CREATE -> TouchedPath.name(path);
                case DELETE -> TouchedPath.gone(path);
                case MODIFY -> TouchedPath.entry(path);
            };
        }
        if (Rescan.valueOf(rescan) == Rescan.TREE) {
            return new TouchedPath(path, type == FileEventEnum.CREATE ? Scope.NEW : Scope.TREE);
        }
        return new TouchedPath(path, Scope.CHILDREN);
    }

    @Override
    public Exchange aggregate(Exchange collected, Exchange event) {
        TouchedPath touched = event.getMessage().getBody(TouchedPath.class);
        if (collected == null) {
            Set<TouchedPath> first = new LinkedHashSet<>();
            first.add(touched);
            event.getMessage().setBody(first);
            return event;
        }
        @SuppressWarnings("unchecked")
        Set<TouchedPath> set = collected.getMessage().getBody(Set.class);
        set.add(touched);
        return collected;
    }

    /** The collected paths as a list. */
    public List<TouchedPath> list(Set<TouchedPath> collected) {
        return new ArrayList<>(collected);
    }
}
