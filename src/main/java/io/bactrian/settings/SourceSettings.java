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
 * One source as configured. Immutable.
 *
 * @param include Ant patterns, relative to the directory; none means everything
 * @param exclude Ant patterns of what is neither sent nor deleted on the target
 * @param emptyDirectories whether directories are made that hold nothing included
 * @param settle  how long a path must be quiet before it is looked at
 * @param rescan  how long the whole tree is at most not compared although no event asked for it; zero is never
 * @param rereadRenamed when a renamed file is read once more
 * @param unsettled how long a file may go on changing before it is sent as one reading finds it; nothing is never
 * @param guard   how much may be removed on a target without a person's word
 * @param state   where the source remembers what its targets hold
 * @param tokenFile holds what proves to the targets who this is
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
