package io.bactrian.access;

import io.bactrian.tree.ReadFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that controls access, such as a list of tokens. It is checked at each use and read again when it has changed.
 * It is rejected if others may write it, if others may read it although it holds secrets, or if it cannot be parsed.
 * Thread-safe.
 *
 * @param <T> type of the parsed content
 */
public final class AccessFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(AccessFile.class);
    private static final int OTHERS_READ = 0004;
    private static final int OTHERS_WRITE = 0022;

    /** A file modified this recently is read again, because another write may get the same time stamp. */
    private static final Duration YOUNG = Duration.ofSeconds(2);

    private final Path path;
    private final boolean secret;
    private final Parser<T> parser;
    private Optional<Stamp> stamp = Optional.empty();
    private Optional<T> content = Optional.empty();
    private String fault = "";

    /** @param secret whether the file must not be readable by others */
    public AccessFile(Path path, boolean secret, Parser<T> parser) {
        this.path = path;
        this.secret = secret;
        this.parser = parser;
    }

    /** Parses the text of the file. */
    public interface Parser<T> {
        /** @throws IOException if the text is invalid; the message says where and contains no secret */
        T parse(String text) throws IOException;
    }

    /** Identifies one version of the file: at least one component differs when the file changes. */
    private record Stamp(FileTime modified, FileTime changed, long size, Object inode, int mode) {
        static Stamp of(Path path) throws IOException {
            Map<String, Object> is = Files.readAttributes(path, "unix:lastModifiedTime,ctime,size,ino,mode");
            return new Stamp((FileTime) is.get("lastModifiedTime"), (FileTime) is.get("ctime"), (Long) is.get("size"),
                    is.get("ino"), (Integer) is.get("mode"));
        }

        boolean isYoung() {
            Instant limit = Instant.now().minus(YOUNG);
            return modified.toInstant().isAfter(limit) || changed.toInstant().isAfter(limit);
        }
    }

    /**
     * The current content.
     *
     * @throws IOException if the file cannot be used; the message names its path and a remedy, and is logged once
     */
    public synchronized T get() throws IOException {
        try {
            Stamp now = Stamp.of(path);
            if (!stamp.equals(Optional.of(now))) {
                // The stamp is taken before reading, so that a change made meanwhile is read next time.
                content = Optional.of(read(now));
                stamp = now.isYoung() ? Optional.empty() : Optional.of(now);
                if (!fault.isEmpty()) {
                    LOG.info("{} is valid again", path);
                }
                fault = "";
            }
            return content.get();
        } catch (IOException e) {
            stamp = Optional.empty();
            String why = e instanceof NoSuchFileException ? path + " does not exist" : e.getMessage();
            if (!why.equals(fault)) {
                LOG.error("{}", why);
            }
            fault = why;
            throw new IOException(why, e);
        }
    }

    private T read(Stamp is) throws IOException {
        int forbidden = OTHERS_WRITE | (secret ? OTHERS_READ : 0);
        if ((is.mode() & forbidden) != 0) {
            throw new IOException(String.format("%s may be %s by others (its mode is %04o): chmod %s %s", path,
                    (is.mode() & OTHERS_WRITE) != 0 ? "written" : "read", is.mode() & 07777, secret ? "600" : "644", path));
        }
        String text;
        try {
            text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IOException(path + " cannot be read: " + ReadFault.reason(e), e);
        }
        try {
            return parser.parse(text);
        } catch (IOException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }
}
