package io.bactrian.cli;

import com.sun.jna.Platform;
import io.bactrian.content.RecursiveDelete;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Creates the start-up cache that {@link Prepared} finds. The build runs it:
 * {@code java -cp bactrian.jar io.bactrian.cli.Preparation}. It mirrors a small tree so that the JVM can record the
 * classes used. Without the cache, or with another JVM, Bactrian works the same and starts slower.
 */
final class Preparation {
    private static final int LARGE = 1 << 20;
    private static final long PATIENCE_SECONDS = 120;

    private final Path jar;
    private final Path work;

    private Preparation(Path jar, Path work) {
        this.jar = jar;
        this.work = work;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path jar = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
        Path directory = Prepared.beside(jar).directory();
        RecursiveDelete.of(directory);
        Path work = Files.createTempDirectory("bactrian-preparation");
        // renamed when it is complete, so that nobody finds a part of it
        Path made = Files.createTempDirectory(directory.getParent(), directory.getFileName() + "-");
        try {
            new Preparation(jar, work).make(new Prepared(made));
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(made, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            System.err.println("bactrian: it will start slower than it could: " + e.getMessage());
        } finally {
            RecursiveDelete.of(made);
            RecursiveDelete.of(work);
        }
    }

    private void make(Prepared prepared) throws IOException, InterruptedException {
        tree();
        mirror(List.of("-Xshare:auto"));
        change();
        mirror(List.of("-XX:ArchiveClassesAtExit=" + prepared.archive()));
        if (!Files.exists(prepared.archive())) {
            throw new IOException("this JVM makes no archive of classes");
        }
        copy(Platform.class, "/com/sun/jna/" + Platform.RESOURCE_PREFIX, "jnidispatch", prepared);
        copy(LibraryLoaderUtil.class, LibraryLoaderUtil.getNativeLibResourcePath(), "sqlitejdbc", prepared);
        try (OutputStream notes = Files.newOutputStream(prepared.directory().resolve(Prepared.NOTES))) {
            prepared.identity(jar).store(notes, null);
        }
    }

    private Path source() {
        return work.resolve("source");
    }

    private void tree() throws IOException {
        Files.createDirectories(source().resolve("sub/deep"));
        Files.createDirectories(source().resolve("old"));
        for (String name : List.of("a.txt", "sub/b.txt", "sub/deep/c.txt", "gone.txt", "old/moved.txt")) {
            Files.writeString(source().resolve(name), name.repeat(500));
        }
        Files.createSymbolicLink(source().resolve("link"), Path.of("a.txt"));
        Files.write(source().resolve("large"), random());
    }

    /** Makes one change of each kind: content, large content with a delta, rename, link, removal, time. */
    private void change() throws IOException {
        Files.writeString(source().resolve("a.txt"), "changed");
        Files.delete(source().resolve("gone.txt"));
        Files.move(source().resolve("old"), source().resolve("new"));
        Files.move(source().resolve("sub/b.txt"), source().resolve("renamed.txt"));
        Files.delete(source().resolve("link"));
        Files.createSymbolicLink(source().resolve("link"), Path.of("sub"));
        byte[] large = random();
        large[LARGE / 2]++;
        Files.write(source().resolve("large"), large);
        byte[] text = "One line that is much like another.\n".repeat(30_000).getBytes(StandardCharsets.UTF_8);
        Files.write(source().resolve("log"), text);
        for (int i = 0; i < 50; i++) {
            Files.writeString(source().resolve("sub/more-" + i), "more " + i);
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[LARGE];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private void mirror(List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmOptions.ALWAYS);
        command.add(JvmOptions.COLLECTOR);
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString(), "mirror", source().toString(),
                work.resolve("target").toString(), "--once", "--set", "bactrian.state=" + work.resolve("state")));
        Path output = work.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BACTRIAN_"));
        builder.environment().put(Relaunch.GUARD, "1");
        builder.environment().put("LC_ALL", Relaunch.LOCALE);
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the trial run did not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException("the trial run failed: " + Files.readString(output).strip());
        }
    }

    private static void copy(Class<?> owner, String resources, String library, Prepared prepared) throws IOException {
        String name = System.mapLibraryName(library);
        try (InputStream in = owner.getResourceAsStream(resources + "/" + name)) {
            if (in != null) {
                Files.copy(in, prepared.directory().resolve(name));
            }
        }
    }
}
