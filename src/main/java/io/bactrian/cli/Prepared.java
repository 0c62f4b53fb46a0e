package io.bactrian.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * What lies beside the runnable jar so that it starts fast: its classes as the JVM holds them in memory, and the
 * native libraries, unpacked. {@link Preparation} makes it, for one jar and one JVM. It is read before
 * anything else, so this uses as little of Java as it can.
 *
 * @param directory where it lies
 */
record Prepared(Path directory) {
    static final String ARCHIVE = "classes.jsa";
    static final String NOTES = "made-for.properties";

    private static final String SUFFIX = ".jar";

    /** What lies beside this jar, whoever it was made for. */
    static Prepared beside(Path jar) {
        String name = jar.getFileName().toString();
        String stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        return new Prepared(jar.toAbsolutePath().resolveSibling(stem + ".start"));
    }

    /** What was made for the jar and the JVM that run now; nothing if there is none, or another changed since. */
    static Optional<Prepared> find() {
        return find(System.getProperty("java.class.path", ""));
    }

    static Optional<Prepared> find(String path) {
        if (!path.endsWith(SUFFIX) || path.contains(File.pathSeparator)) {
            return Optional.empty();
        }
        Path jar = Path.of(path);
        Prepared prepared = beside(jar);
        Path notes = prepared.directory.resolve(NOTES);
        if (!Files.isRegularFile(notes)) {
            return Optional.empty();
        }
        Properties found = new Properties();
        try (InputStream in = Files.newInputStream(notes)) {
            found.load(in);
            return found.equals(prepared.identity(jar)) ? Optional.of(prepared) : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Of what it is made for, and of what it consists; a JVM given less than a whole archive may crash. */
    Properties identity(Path jar) throws IOException {
        Properties identity = new Properties();
        identity.setProperty("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        // Elsewhere the JVM would start a second time, and then refuse it
        identity.setProperty("jar", jar.toRealPath().toString());
        identity.setProperty("jar.size", Long.toString(Files.size(jar)));
        identity.setProperty("jar.modified", Long.toString(Files.getLastModifiedTime(jar).toMillis() / 1000));
        identity.setProperty("archive.size", Long.toString(Files.size(archive())));
        return identity;
    }

    /** The archive of classes, for {@code -XX:SharedArchiveFile}. */
    Path archive() {
        return directory.resolve(ARCHIVE);
    }

    /** Lets the native libraries be loaded from here, where they need not be unpacked first. */
    void useLibraries() {
        use("jna.boot.library.path", null, System.mapLibraryName("jnidispatch"));
        use("org.sqlite.lib.path", "org.sqlite.lib.name", System.mapLibraryName("sqlitejdbc"));
    }

    private void use(String pathProperty, String nameProperty, String library) {
        if (System.getProperty(pathProperty) == null && Files.isRegularFile(directory.resolve(library))) {
            System.setProperty(pathProperty, directory.toString());
            if (nameProperty != null) {
                System.setProperty(nameProperty, library);
            }
        }
    }
}
