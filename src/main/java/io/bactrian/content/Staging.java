package io.bactrian.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.bactrian.tree.Digest;

/**
 * Holds uploaded content until a change refers to it. Parts of an upload may arrive in any order and from several
 * threads; each byte is written once, directly to its offset. Uploads survive the end of the process. Use one instance
 * per directory. Thread-safe.
 */
public final class Staging {
    static final String RECORD = ".ranges";
    private static final String TEMPORARY = "tmp-";
    static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;
    private final Map<String, StagedFile> files = new ConcurrentHashMap<>();
    private final StagingQuota quota;
    private volatile boolean present;

    /**
     * The state of an upload.
     *
     * @param id      for {@link #write}; safe in a URL
     * @param missing ranges that have not arrived, in order; empty if it is complete
     */
    public record Upload(String id, long size, List<Range> missing) {
    }

    /**
     * Uses a directory, which exists only while it is not empty. Removes temporary files left in it and keeps uploads.
     */
    public Staging(Path directory) throws IOException {
        this(directory, StagingQuota.unlimited());
    }

    /** As {@link #Staging(Path)}, with a quota; uploads that exist already count. */
    public Staging(Path directory, StagingQuota quota) throws IOException {
        this.directory = directory;
        this.quota = quota;
        Files.createDirectories(directory.toAbsolutePath().getParent());
        if (!Files.isDirectory(directory)) {
            return;
        }
        for (String name : names()) {
            if (UploadName.isValid(name)) {
                find(name);
            } else {
                RecursiveDelete.of(directory.resolve(name));
            }
        }
        tidy();
    }

    private void make() throws IOException {
        if (!present) {
            synchronized (files) {
                // Does not create the parent, which is missing only if the replica's file system is unmounted.
                present = Files.isDirectory(directory) || Files.createDirectory(directory) != null;
            }
        }
    }

    /** Removes the directory if it is empty. No {@link #temporary} path may be in use. */
    public void tidy() {
        synchronized (files) {
            try {
                Files.deleteIfExists(directory);
                present = false;
            } catch (IOException e) {
                // It is not empty or cannot be removed.
                present = true;
            }
        }
    }

    /** Finds or begins the upload of this content. */
    public Upload open(Digest digest, long size) throws IOException {
        return open(UploadName.of(digest, size), size);
    }

    /** As {@link #open(Digest, long)}, for a content whose digest is not known until {@link #name}. */
    public Upload openUnnamed(Digest key, long size) throws IOException {
        return open(UploadName.ofKey(key, size), size);
    }

    private Upload open(String id, long size) throws IOException {
        if (size < 0) {
            throw new IllegalArgumentException("a size must not be negative");
        }
        synchronized (files) {
            StagedFile file = find(id).orElse(null);
            if (file == null) {
                quota.admit(files.size());
                file = begin(id, size);
            }
            return new Upload(id, size, file.missing());
        }
    }

    /**
     * Declares the digest of the upload with this key; it is found by the digest from then on. Does nothing if there is
     * no such upload.
     */
    public void name(Digest key, Digest digest, long size) throws IOException {
        String from = UploadName.ofKey(key, size);
        String to = UploadName.of(digest, size);
        synchronized (files) {
            Optional<StagedFile> file = find(from);
            if (file.isEmpty()) {
                return;
            }
            if (find(to).filter(StagedFile::complete).isPresent()) {
                discard(from);
                return;
            }
            discard(to);
            file.get().move(directory.resolve(to), record(to));
            files.remove(from);
            files.put(to, file.get());
        }
    }

    /** The announced size of an upload; throws as {@link #write}. */
    public long size(String id) throws IOException {
        return find(id).orElseThrow(UnknownUploadException::new).size();
    }

    /**
     * Stores a part, which may be spread over several buffers. Bytes that have arrived already are not written again.
     *
     * @throws UnknownUploadException if it was never opened, or is gone
     * @throws PartOutOfRangeException if the part exceeds the announced size
     */
    public void write(String id, long offset, ByteBuffer... part) throws IOException {
        find(id).orElseThrow(UnknownUploadException::new).write(offset, part);
    }

    /**
     * Declares ranges of an upload to be zeros that need not be sent.
     *
     * @throws UnknownUploadException if it was never opened, or is gone
     * @throws PartOutOfRangeException if a range exceeds the announced size
     */
    public void zeros(String id, List<Range> zeros) throws IOException {
        StagedFile file = find(id).orElseThrow(UnknownUploadException::new);
        for (Range range : zeros) {
            file.zeros(range);
        }
    }

    /** The ranges of an upload that will be missing once all of these copies are made, in order. */
    public List<Range> missing(String id, List<Recipe.Copy> copies) throws IOException {
        return find(id).orElseThrow(UnknownUploadException::new).missingBut(copies);
    }

    /**
     * Copies missing ranges from a local file until a deadline by {@link System#nanoTime}, but at least something.
     *
     * @return whether nothing more can be copied, so that what is missing must be sent
     * @throws UnknownUploadException if it was never opened, or is gone
     */
    public boolean copy(String id, Path base, List<Recipe.Copy> copies, long until) throws IOException {
        return find(id).orElseThrow(UnknownUploadException::new).copy(base, copies, until);
    }

    /**
     * Hashes a complete upload until a deadline by {@link System#nanoTime}, so that {@link #claim} has less to do.
     *
     * @return whether it is verified
     * @throws DigestMismatchException if the content does not match; it is discarded
     */
    public boolean verify(Digest digest, long size, long until) throws IOException {
        StagedFile file = find(UploadName.of(digest, size)).orElseThrow(UnknownUploadException::new);
        return file.hash(until) && claim(digest, size).isPresent();
    }

    /**
     * The file with this content, complete and verified. The caller renames it to its destination and then calls
     * {@link #discard}. A content must not be claimed twice at the same time.
     *
     * @return empty if it is absent or incomplete
     * @throws DigestMismatchException if the content does not match; it is discarded
     */
    public Optional<Path> claim(Digest digest, long size) throws IOException {
        String id = UploadName.of(digest, size);
        StagedFile file = find(id).orElse(null);
        if (file == null || !file.complete()) {
            return Optional.empty();
        }
        Digest found = file.digest();
        if (!found.equals(digest)) {
            discard(id);
            throw new DigestMismatchException(digest, found);
        }
        return Optional.of(directory.resolve(id));
    }

    /** Whether the complete content is staged. */
    public boolean holds(Digest digest, long size) throws IOException {
        return find(UploadName.of(digest, size)).filter(StagedFile::complete).isPresent();
    }

    /** The number of bytes that all uploads together still lack. */
    public long lacking() {
        return files.values().stream().flatMap(file -> file.missing().stream()).mapToLong(Range::length).sum();
    }

    /** Removes an upload. It is no error if there is none. */
    public void discard(String id) throws IOException {
        synchronized (files) {
            Optional<StagedFile> file = find(id);
            files.remove(id);
            if (file.isPresent()) {
                file.get().discard();
            } else if (UploadName.isValid(id)) {
                Files.deleteIfExists(record(id));
                Files.deleteIfExists(directory.resolve(id));
            }
        }
    }

    /** As {@link #discard(String)}, by content. */
    public void discard(Digest digest, long size) throws IOException {
        discard(UploadName.of(digest, size));
    }

    /** Discards uploads that have received nothing for this long. */
    public void sweep(Duration olderThan) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        for (String id : names()) {
            // The log grows with each part, while the data file may already have its final modification time.
            Path file = Files.exists(record(id)) ? record(id) : directory.resolve(id);
            if (UploadName.isValid(id) && age(file).compareTo(olderThan) > 0) {
                discard(id);
            }
        }
    }

    /**
     * The time since a file was written. A time in the future is set to now, because otherwise the file might never
     * become old enough.
     */
    private static Duration age(Path file) throws IOException {
        try {
            Duration age = Duration.between(Files.getLastModifiedTime(file).toInstant(), Instant.now());
            if (age.isNegative()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            }
            return age;
        } catch (NoSuchFileException e) {
            return Duration.ZERO;
        }
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString().replace(RECORD, "")).collect(Collectors.toSet());
        }
    }

    /** An unused path in the staging directory. Files left there are removed at the next start. */
    public Path temporary() throws IOException {
        make();
        return directory.resolve(TEMPORARY + Long.toHexString(ThreadLocalRandom.current().nextLong()));
    }

    private Optional<StagedFile> find(String id) throws IOException {
        StagedFile known = files.get(id);
        if (known != null || !UploadName.isValid(id)) {
            return Optional.ofNullable(known);
        }
        synchronized (files) {
            if (!files.containsKey(id) && Files.exists(record(id)) && Files.exists(directory.resolve(id))) {
                Files.setPosixFilePermissions(directory.resolve(id), OWNER_ONLY.value());
                files.put(id, new StagedFile(directory.resolve(id), record(id), UploadName.size(id), quota));
            }
            return Optional.ofNullable(files.get(id));
        }
    }

    private StagedFile begin(String id, long size) throws IOException {
        make();
        StagedFile file = StagedFile.begin(directory.resolve(id), record(id), size, quota);
        files.put(id, file);
        return file;
    }

    private Path record(String id) {
        return directory.resolve(id + RECORD);
    }
}
