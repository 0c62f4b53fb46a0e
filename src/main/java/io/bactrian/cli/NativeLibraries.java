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
 * Where the native libraries are unpacked that the JVM is to load: in the directory for temporary files, as everywhere,
 * and where that cannot be written, is full or is mounted {@code noexec}, in a folder of the first source's state, or
 * of the first target's {@code .bactrian}. Nothing is unpacked into a home, which may not be there.
 */
final class NativeLibraries {
    private static final String FOLDER = ".libraries";

    /** SQLite, Zstandard and JNA take a few MiB together. */
    private static final long ROOM = 16 << 20;

    /** What a process that was killed left; of those that start now, what they unpack is younger. */
    private static final Duration OLD = Duration.ofDays(1);

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Each library has a property of its own; what is set already was somebody's choice. */
    private static final List<String> PROPERTIES = List.of("jna.tmpdir", "org.sqlite.tmpdir", "ZstdTempFolder", "jline.tmpdir");

    private NativeLibraries() {
    }

    /** Decides it for this process. To be called before anything of them is loaded. */
    static void place(String[] arguments) {
        Path usual = Path.of(System.getProperty("java.io.tmpdir"));
        Path place = runs(usual) ? usual : elsewhere(arguments).orElse(usual);
        for (String property : PROPERTIES) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, place.toString());
            }
        }
    }

    /** Where they are unpacked. */
    static String directory() {
        return System.getProperty(PROPERTIES.get(0), System.getProperty("java.io.tmpdir"));
    }

    /** Whether the JVM may load from there what it writes there. */
    static boolean runs(Path directory) {
        Path probe = directory.resolve(".bactrian-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        try {
            Files.createFile(probe, OWNER_ONLY);
            try {
                // the system says no of a file that may be executed, if the file system is mounted noexec
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

    /** What the process is going to do; nothing if that is wrong, which will be said later. */
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

    /** The folder in a directory of Bactrian's own, both made if they are not there. */
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
