package io.bactrian.replica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That a guard has tripped, in a file of its own: the index may be lost, and with it what it remembers, and a replica of
 * which nobody knows that it must be left alone would not be. Not thread-safe.
 */
final class TrippedMarker {
    private static final Logger LOG = LoggerFactory.getLogger(TrippedMarker.class);

    private final Path file;

    TrippedMarker(Path file) {
        this.file = file;
    }

    /** Why it has tripped, if it has; a file that cannot be read says that it has. */
    Optional<String> why() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), 1 << 16));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // on to the end
            }
            String said = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).trim();
            return Optional.of(said.isEmpty() ? unknown() : said);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(unknown());
        }
    }

    private static String unknown() {
        return "guard tripped: nothing is applied until somebody allows it here: bactrian allow-removals";
    }

    /** Says it, so that no crash takes it back; that it cannot be said is no reason to go on. */
    void say(String why) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(why + '\n');
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("That the guard has tripped cannot be kept beside the index: {}", ChangeFailedException.reason(e));
        }
    }

    /** It is over. */
    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("The guard will have tripped again at the next start, for what says so cannot be removed: {}",
                    ChangeFailedException.reason(e));
        }
    }
}
