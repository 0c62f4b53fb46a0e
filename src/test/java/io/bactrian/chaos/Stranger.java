package io.bactrian.chaos;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.bactrian.Tools;
import io.bactrian.content.RecursiveDelete;
import io.bactrian.tree.TreePath;

/** Somebody who changes what only the target should, and a disk that changes what nobody should. */
final class Stranger {
    private final Path root;
    private final History history;

    Stranger(Path root, History history) {
        this.root = root;
        this.history = history;
    }

    /** Tells whether there was something to do it to. */
    boolean does(int number) throws IOException {
        Predicate<Path> wanted = switch (number % 7) {
            case 0, 1, 2 -> path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
            case 3, 4, 5 -> path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
            default -> path -> true;
        };
        List<Path> found;
        try (Stream<Path> all = Files.walk(root)) {
            found = all.filter(path -> !path.startsWith(root.resolve(TreePath.OWN)) && !path.equals(root)).filter(wanted)
                    .sorted().toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            // The target is at it.
            return false;
        }
        if (found.isEmpty()) {
            return false;
        }
        Path path = found.get(number / 7 % found.size());
        try {
            switch (number % 7) {
                case 0 -> damage(path, number);
                case 1 -> Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
                case 2 -> {
                    Files.delete(path);
                    Files.createDirectory(path);
                }
                case 3 -> {
                    history.hold(root.relativize(path).toString() + "/stranger", new byte[0]);
                    Files.createFile(path.resolve("stranger"));
                }
                case 4 -> Tools.run("mkfifo", path.resolve("strange-fifo").toString());
                default -> RecursiveDelete.of(path);
            }
            return true;
        } catch (NoSuchFileException | java.nio.file.FileAlreadyExistsException e) {
            return false;
        } catch (FileSystemException e) {
            if (String.valueOf(e.getMessage()).contains("No space left")) {
                return false;
            }
            throw e;
        }
    }

    /** Other bytes, and nothing else shows it. */
    private void damage(Path path, int number) throws IOException {
        FileTime modified = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
        byte[] content = Files.readAllBytes(path);
        if (content.length > 0) {
            int at = number % content.length;
            content[at]++;
            history.holdAnywhere(content);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(content, at, 1), at);
            }
            Files.setLastModifiedTime(path, modified);
        }
    }
}
