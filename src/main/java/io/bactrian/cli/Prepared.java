package io.bactrian.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * The start-up cache beside the runnable jar: a class data archive and the unpacked native libraries.
 * {@link Preparation} creates it for one jar and one JVM. This class is used before anything else, so it loads as few
 * other classes as possible.
 *
 * @param directory of the cache
 */
record Prepared(Path directory) {
    static final String ARCHIVE = "classes.jsa";
    static final String NOTES = "made-for.properties";

    private static final String SUFFIX = ".jar";

    /** The cache beside this jar, whether or not it fits. */
    static Prepared beside(Path jar) {
        String name = jar.getFileName().toString();
        String stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        return new Prepared(jar.toAbsolutePath().resolveSibling(stem + ".start"));
    }

    /** The cache for the running jar and JVM; empty if there is none or either has changed since. */
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

    /** What the cache was made for and what it contains. An incomplete archive can crash the JVM. */
    Properties identity(Path jar) throws IOException {
        Properties identity = new Properties();
        identity.setProperty("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        // For another path the JVM would be started a second time and then reject the archive
        identity.setProperty("jar", jar.toRealPath().toString());
        identity.setProperty("jar.size", Long.toString(Files.size(jar)));
        identity.setProperty("jar.modified", Long.toString(Files.getLastModifiedTime(jar).toMillis() / 1000));
        identity.setProperty("archive.size", Long.toString(Files.size(archive())));
        return identity;
    }

    /** The class archive, for {@code -XX:SharedArchiveFile}. */
    Path archive() {
        return directory.resolve(ARCHIVE);
    }

    /** Makes native libraries load from the cache, where they are unpacked already. */
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
