package io.bactrian.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.bactrian.change.FileReader;
import io.bactrian.change.Guard;
import io.bactrian.change.RereadRenamed;

/**
 * The settings of one source. Immutable.
 *
 * @param include          Ant patterns, relative to the directory; none means everything
 * @param exclude          Ant patterns of what is neither sent nor deleted on the target
 * @param emptyDirectories whether to create directories that contain nothing included
 * @param settle           how long a path must be quiet before it is read
 * @param rescan           longest time between two full comparisons; zero for never
 * @param rereadRenamed    when a renamed file is read again
 * @param unsettled        how long a file may keep changing before it is sent by a single pass; empty for never
 * @param guard            how much may be removed on a target without confirmation by a person
 * @param state            directory of the source's own records of its targets
 * @param tokenFile        file with the token for the targets
 */
public record SourceSettings(String name, Path directory, List<URI> targets, List<String> include,
        List<String> exclude, boolean emptyDirectories, Duration settle, Duration rescan, RereadRenamed rereadRenamed,
        Optional<Duration> unsettled, Guard guard, Path state, Optional<Path> tokenFile) {

    /** With the default guard and the default time for files that keep changing. */
    public SourceSettings(String name, Path directory, List<URI> targets, List<String> include, List<String> exclude,
            Duration settle, Duration rescan, RereadRenamed rereadRenamed, Path state, Optional<Path> tokenFile) {
        this(name, directory, targets, include, exclude, false, settle, rescan, rereadRenamed, Optional.of(FileReader.UNSETTLED), Guard.USUAL,
                state, tokenFile);
    }
}
