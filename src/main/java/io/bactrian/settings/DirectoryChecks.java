package io.bactrian.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Checks that the directories of one process do not conflict. Stateless. */
final class DirectoryChecks {
    private DirectoryChecks() {
    }

    /**
     * @throws InvalidSettingException if a directory is missing, or is placed where its tree would be copied into
     *         itself
     */
    static void check(Settings settings) {
        List<SourceSettings> sources = settings.sources();
        List<TargetSettings> targets = settings.targets();
        for (SourceSettings source : sources) {
            mustExist(Property.SOURCE_DIRECTORY.key(source.name()), source.directory());
            mustBeOutside("the state directory of source " + source.name(), source.state(), source);
            targets.forEach(target -> mustBeApart(source, target));
        }
        settings.verify().ifPresent(verify -> mustExist(Property.VERIFY_DIRECTORY.key(), verify.directory()));
        for (int i = 0; i < targets.size(); i++) {
            TargetSettings target = targets.get(i);
            if (Files.exists(target.directory()) && !Files.isDirectory(target.directory())) {
                throw InvalidSettingException.of(Property.TARGET_DIRECTORY.key(target.name()), target.directory().toString(),
                        "a directory; this is something else");
            }
            targets.subList(0, i).forEach(other -> mustBeApart(other, target));
        }
        for (int i = 0; i < sources.size(); i++) {
            SourceSettings source = sources.get(i);
            sources.subList(0, i).stream().filter(other -> other.state().equals(source.state())).forEach(other -> {
                throw InvalidSettingException.of(Property.SOURCE_STATE.key(source.name()), source.state().toString(),
                        "another directory; this is the state directory of source " + other.name());
            });
        }
    }

    private static void mustExist(String key, Path directory) {
        if (!Files.isDirectory(directory)) {
            throw InvalidSettingException.of(key, directory.toString(), "a directory; "
                    + (Files.exists(directory) ? "this is something else" : "there is none at this path"));
        }
    }

    private static void mustBeApart(SourceSettings source, TargetSettings target) {
        mustBeOutside("the directory of target " + target.name(), target.directory(), source);
        if (isWithin(source.directory(), target.directory())) {
            throw new InvalidSettingException("the directory of source " + source.name() + ", " + source.directory()
                    + ", lies in that of target " + target.name() + ", " + target.directory()
                    + ": choose directories that are not inside each other");
        }
    }

    private static void mustBeApart(TargetSettings one, TargetSettings other) {
        if (isWithin(one.directory(), other.directory()) || isWithin(other.directory(), one.directory())) {
            throw new InvalidSettingException("targets " + one.name() + " and " + other.name() + " share a directory, "
                    + one.directory() + " and " + other.directory() + ": give each its own");
        }
    }

    private static void mustBeOutside(String what, Path path, SourceSettings source) {
        if (isWithin(path, source.directory())) {
            throw new InvalidSettingException(what + ", " + path + ", lies in the directory of source " + source.name() + ", "
                    + source.directory() + ", and would be sent with it: choose a directory outside");
        }
    }

    /** Compares paths, and device and inode, because a bind mount shows one directory in two places. */
    private static boolean isWithin(Path path, Path directory) {
        Path inner = real(path);
        Path outer = real(directory);
        if (inner.startsWith(outer)) {
            return true;
        }
        try {
            for (Path there = inner; there != null && Files.exists(outer); there = there.getParent()) {
                if (Files.exists(there) && Files.isSameFile(there, outer)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compare " + path + " with " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Resolves links as far as the path exists, so that two spellings of one place are recognized. */
    private static Path real(Path path) {
        try {
            for (Path there = path; there != null; there = there.getParent()) {
                if (Files.exists(there)) {
                    return there.toRealPath().resolve(there.relativize(path)).normalize();
                }
            }
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot resolve " + path + ": " + e.getMessage(), e);
        }
    }
}
