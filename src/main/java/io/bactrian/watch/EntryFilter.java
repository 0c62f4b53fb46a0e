package io.bactrian.watch;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.apache.camel.component.file.watch.constants.FileEventEnum;
import org.apache.camel.util.AntPathMatcher;

/** Decides by the endpoint's options which directories are watched and which events are reported. */
final class EntryFilter {

    private final AntPathMatcher matcher = new AntPathMatcher();
    private final Set<FileEventEnum> types = EnumSet.noneOf(FileEventEnum.class);
    private final List<String> includes;
    private final List<String> excludes;
    private final boolean recursive;

    EntryFilter(TreeWatchEndpoint endpoint) {
        patterns(endpoint.getEvents()).map(FileEventEnum::valueOf).forEach(types::add);
        includes = endpoint.getAntInclude() == null || endpoint.getAntInclude().isBlank()
                ? List.of() : List.of(endpoint.getAntInclude());
        excludes = patterns(endpoint.getAntExclude()).toList();
        recursive = endpoint.isRecursive();
    }

    /** Whether a directory at that path below the root is watched. */
    boolean watches(Path path) {
        return recursive && !matches(excludes, path);
    }

    /** Blindness and rescans are always reported, since they stand for unknown events. */
    boolean reports(TreeEvent event) {
        if (event.kind().rescan().isPresent() || event.kind() == TreeEvent.Kind.BLIND) {
            return true;
        }
        return (types.isEmpty() || event.kind().type().filter(types::contains).isPresent())
                && (includes.isEmpty() || matches(includes, event.path()))
                && !matches(excludes, event.path());
    }

    private boolean matches(List<String> patterns, Path path) {
        if (patterns.isEmpty()) {
            return false;
        }
        String relative = EventMessage.slashed(path);
        return patterns.stream().anyMatch(pattern -> matcher.match(pattern, relative));
    }

    private static Stream<String> patterns(String commaSeparated) {
        return Stream.of(commaSeparated.split(",")).map(String::trim).filter(pattern -> !pattern.isEmpty());
    }
}
