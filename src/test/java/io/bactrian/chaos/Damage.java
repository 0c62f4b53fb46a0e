package io.bactrian.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What disks and people do to the databases of a process that is down. */
final class Damage {
    private final Ends.Place place;

    Damage(Ends.Place place) {
        this.place = place;
    }

    void view(int number) throws IOException {
        if (Files.isDirectory(place.state())) {
            try (Stream<Path> files = Files.walk(place.state())) {
                for (Path view : files.filter(file -> file.endsWith("view.db")).toList()) {
                    harm(view, number);
                }
            }
        }
    }

    void index(int number) throws IOException {
        harm(place.target().resolve(".bactrian/index.db"), number);
    }

    private static void harm(Path file, int number) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        Path older = file.resolveSibling("older-" + file.getFileName());
        switch (number % 5) {
            case 0 -> {
                for (String part : List.of("", "-wal", "-shm")) {
                    Files.deleteIfExists(file.resolveSibling(file.getFileName() + part));
                }
            }
            case 1 -> overwrite(file, 0, 100, number);
            case 2 -> {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(number * 37L % (channel.size() + 1));
                }
            }
            // Some pages in the middle
            case 3 -> overwrite(file, Files.size(file) / 4096 / 2 * 4096, 8192, number);
            // A backup is put back
            default -> {
                if (Files.exists(older)) {
                    Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-wal"));
                    Files.move(older, file, StandardCopyOption.REPLACE_EXISTING);
                } else {
                    keep(file, older);
                }
            }
        }
    }

    private static void keep(Path file, Path older) throws IOException {
        try {
            Files.copy(file, older);
        } catch (FileSystemException full) {
            // The random test fills disks: then there is no backup.
            Files.deleteIfExists(older);
        }
    }

    private static void overwrite(Path file, long at, int length, int number) throws IOException {
        byte[] noise = new byte[length];
        new Random(number).nextBytes(noise);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(noise), at);
        }
    }
}
