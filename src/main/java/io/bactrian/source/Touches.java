package io.bactrian.source;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.bactrian.change.Touched;
import io.bactrian.change.Touched.Scope;
import io.bactrian.watch.Rescan;
import io.bactrian.watch.WatchConstants;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.watch.FileWatchConstants;
import org.apache.camel.component.file.watch.constants.FileEventEnum;

/** Gathers what {@code file-watch} reports into the set of places that were touched. Thread-safe. */
public final class Touches implements AggregationStrategy {
    /** The whole tree, for those who ask for it. */
    public List<Touched> everything() {
        return List.of(Touched.EVERYTHING);
    }

    /** What one event touched. */
    public Touched touched(Exchange event) {
        String path = event.getMessage().getHeader(FileWatchConstants.FILE_NAME, "", String.class);
        String rescan = event.getMessage().getHeader(WatchConstants.RESCAN, String.class);
        FileEventEnum type = event.getMessage().getHeader(FileWatchConstants.EVENT_TYPE_HEADER, FileEventEnum.MODIFY,
                FileEventEnum.class);
        if (rescan == null) {
            return switch (type) {
                case CREATE -> Touched.name(path);
                case DELETE -> Touched.gone(path);
                case MODIFY -> Touched.entry(path);
            };
        }
        if (Rescan.valueOf(rescan) == Rescan.TREE) {
            return new Touched(path, type == FileEventEnum.CREATE ? Scope.NEW : Scope.TREE);
        }
        return new Touched(path, Scope.CHILDREN);
    }

    @Override
    public Exchange aggregate(Exchange gathered, Exchange event) {
        Touched touched = event.getMessage().getBody(Touched.class);
        if (gathered == null) {
            Set<Touched> first = new LinkedHashSet<>();
            first.add(touched);
            event.getMessage().setBody(first);
            return event;
        }
        @SuppressWarnings("unchecked")
        Set<Touched> set = gathered.getMessage().getBody(Set.class);
        set.add(touched);
        return gathered;
    }

    /** The gathered places as a list. */
    public List<Touched> list(Set<Touched> gathered) {
        return new ArrayList<>(gathered);
    }
}
