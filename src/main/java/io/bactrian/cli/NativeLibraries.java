package io.bactrian.cli;

import io.bactrian.settings.Settings;
import io.bactrian.tree.TreePath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.PicocliException;

/**
 * Chooses where native libraries are unpacked: in the directory for temporary files as usual; if that is not writable,
 * full, or mounted {@code noexec}, in the state directory of the first source or the {@code .bactrian} folder of the
 * first target. The home directory is not used, because it may not exist.
 */
final class NativeLibraries {
    private static final String FOLDER = ".libraries";

    /** Bytes; SQLite, Zstandard and JNA together take a few MiB. */
    private static final long ROOM = 16 << 20;

    /** Files older than this were left by a killed process; those of processes that start now are younger. */
    private static final Duration OLD = Duration.ofDays(1);

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Each library has its own property. One that is set already is the user's choice. */
    private static final List<String> PROPERTIES = List.of("jna.tmpdir", "org.sqlite.tmpdir", "ZstdTempFolder", "jline.tmpdir");

    private NativeLibraries() {
    }

    /** Chooses the directory for this process. Must be called before any of the libraries is loaded. */
    static void place(String[] arguments) {
        Path usual = Path.of(System.getProperty("java.io.tmpdir"));
        Path place = runs(usual) ? usual : elsewhere(arguments).orElse(usual);
        for (String property : PROPERTIES) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, place.toString());
            }
        }
    }

    /** The directory that was chosen. */
    static String directory() {
        return System.getProperty(PROPERTIES.get(0), System.getProperty("java.io.tmpdir"));
    }

    /** Whether files written there can be executed. */
    static boolean runs(Path directory) {
        Path probe = directory.resolve(".bactrian-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        try {
            Files.createFile(probe, OWNER_ONLY);
            try {
                // isExecutable is false for an executable file if the file system is mounted noexec
                return Files.isExecutable(probe) && directory.toFile().getUsableSpace() >= ROOM;
            } finally {
                Files.delete(probe);
            }
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static Optional<Path> elsewhere(String[] arguments) {
        return settings(arguments).stream().flatMap(settings -> Stream.concat(
                settings.sources().stream().map(source -> source.state()),
                settings.targets().stream().map(target -> target.directory().resolve(TreePath.OWN))))
                .flatMap(own -> made(own).stream()).filter(NativeLibraries::runs).findFirst();
    }

    /** The settings of this run; empty if they are invalid, which is reported later. */
    private static Optional<Settings> settings(String[] arguments) {
        try {
            CommandLine line = Bactrian.commandLine();
            ParseResult parsed = line.parseArgs(arguments);
            CommonOptions options = ((Bactrian) line.getCommand()).options;
            if (!parsed.hasSubcommand()) {
                return Optional.of(Settings.of(options.merge(Bactrian.file(), Map.of(), false), System.getenv()));
            }
            Object command = parsed.subcommand().commandSpec().userObject();
            return command instanceof ReplicationCommand replicating
                    ? Optional.of(Settings.of(options.merge(Map.of(), replicating.given(), true), System.getenv()))
                    : Optional.empty();
        } catch (IOException | PicocliException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Creates the folder in one of Bactrian's directories if necessary. */
    private static Optional<Path> made(Path own) {
        Path folder = own.resolve(FOLDER);
        try {
            Files.createDirectories(own.getParent());
            for (Path each : List.of(own, folder)) {
                if (!Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectory(each, OWNER_ONLY);
                }
            }
            removeOld(folder);
            return Optional.of(folder);
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static void removeOld(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(OLD))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
