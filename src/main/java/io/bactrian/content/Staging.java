package io.bactrian.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
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
 * Where content waits until a change names it. An upload takes its parts in any order, from several threads,
 * each byte written once and straight to its offset; what has arrived survives the end of the process. One
 * Staging per directory. Thread-safe.
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
     * An upload as it stands.
     *
     * @param id      names it in {@link #write}; safe in a URL
     * @param missing what has not arrived, in order; empty if all is here
     */
    public record Upload(String id, long size, List<Range> missing) {
    }

    /** Uses the directory, which is there only while something is in it; temporary files in it go, uploads stay. */
    public Staging(Path directory) throws IOException {
        this(directory, StagingQuota.unlimited());
    }

    /** As {@link #Staging(Path)}, within some room; what is there already counts. */
    public Staging(Path directory, StagingQuota quota) throws IOException {
        this.directory = directory;
        this.quota = quota;
        Files.createDirectories(directory.toAbsolutePath().getParent());
        if (!Files.isDirectory(directory)) {
            return;
        }
        for (String name : names()) {
            if (UploadName.isOne(name)) {
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
                // Not what it is in, which is gone only if the replica's file system is.
                present = Files.isDirectory(directory) || Files.createDirectory(directory) != null;
            }
        }
    }

    /** Removes the directory if nothing is in it. Nobody may be using a {@link #temporary} path meanwhile. */
    public void tidy() {
        synchronized (files) {
            try {
                Files.deleteIfExists(directory);
                present = false;
            } catch (IOException e) {
                // Something is in it, or it may not be removed: then it stays.
                present = true;
            }
        }
    }

    /** Finds the upload of this content or begins it. */
    public Upload open(Digest digest, long size) throws IOException {
        return open(UploadName.of(digest, size), size);
    }

    /** As {@link #open(Digest, long)}, for a content whose digest is not known: {@link #name} tells it. */
    public Upload openUnnamed(Digest key, long size) throws IOException {
        return open(UploadName.ofKey(key, size), size);
    }

    private Upload open(String id, long size) throws IOException {
        if (size < 0) {
            throw new IllegalArgumentException("a size is never below zero");
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
     * The upload of this key is of this content, or so it is said: what of it has arrived counts as that from now on.
     * Nothing happens if it is not here.
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

    /** The size that was announced for an upload; it throws as {@link #write}. */
    public long size(String id) throws IOException {
        return find(id).orElseThrow(UnknownUploadException::new).size();
    }

    /**
     * Stores a part, which may lie in several buffers. What has arrived before is not written again.
     *
     * @throws UnknownUploadException if it was never opened, or is gone
     * @throws PartOutOfRangeException  if the part does not lie within the announced size
     */
    public void write(String id, long offset, ByteBuffer... part) throws IOException {
        find(id).orElseThrow(UnknownUploadException::new).write(offset, part);
    }

    /**
     * These bytes of an upload are zeros, and need not be sent.
     *
     * @throws UnknownUploadException if it was never opened, or is gone
     * @throws PartOutOfRangeException  if one of them does not lie within the announced size
     */
    public void zeros(String id, List<Range> zeros) throws IOException {
        StagedFile file = find(id).orElseThrow(UnknownUploadException::new);
        for (Range range : zeros) {
            file.zeros(range);
        }
    }

    /** What of an upload will be missing when all of this is copied; in order. */
    public List<Range> missing(String id, List<Recipe.Copy> copies) throws IOException {
        return find(id).orElseThrow(UnknownUploadException::new).missingBut(copies);
    }

    /**
     * Copies what has not arrived from a file that is here, until some moment of the monotonic clock; something is
     * copied in any case.
     *
     * @return whether no more can be copied: what is missing then has to be sent
     * @throws UnknownUploadException if it was never opened, or is gone
     */
    public boolean copy(String id, Path base, List<Recipe.Copy> copies, long until) throws IOException {
        return find(id).orElseThrow(UnknownUploadException::new).copy(base, copies, until);
    }

    /**
     * Hashes an upload of which nothing is missing, until some moment of the monotonic clock, so that
     * {@link #claim} need not.
     *
     * @return whether it is verified
     * @throws DigestMismatchException if it is something else; it is dropped
     */
    public boolean verify(Digest digest, long size, long until) throws IOException {
        StagedFile file = find(UploadName.of(digest, size)).orElseThrow(UnknownUploadException::new);
        return file.hash(until) && claim(digest, size).isPresent();
    }

    /**
     * The file that holds this content, all of it and verified. The caller renames it to where it belongs and
     * then calls {@link #discard}; until then it stays. No two callers may claim the same content at once.
     *
     * @return empty if it is not here, or not all of it
     * @throws DigestMismatchException if it is something else; it is dropped
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

    /** Whether all of this content is here. */
    public boolean holds(Digest digest, long size) throws IOException {
        return find(UploadName.of(digest, size)).filter(StagedFile::complete).isPresent();
    }

    /** The bytes that all uploads together still lack. */
    public long lacking() {
        return files.values().stream().flatMap(file -> file.missing().stream()).mapToLong(Range::length).sum();
    }

    /** Forgets the upload and removes what is left of it; nothing there is fine. */
    public void discard(String id) throws IOException {
        synchronized (files) {
            Optional<StagedFile> file = find(id);
            files.remove(id);
            if (file.isPresent()) {
                file.get().discard();
            } else if (UploadName.isOne(id)) {
                Files.deleteIfExists(record(id));
                Files.deleteIfExists(directory.resolve(id));
            }
        }
    }

    /** As {@link #discard(String)}, by what the upload holds. */
    public void discard(Digest digest, long size) throws IOException {
        discard(UploadName.of(digest, size));
    }

    /** Discards uploads to which nothing was added for so long. */
    public void sweep(Duration olderThan) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        for (String id : names()) {
            // A record grows with each part, also when the file beside it has been given the time that it will have.
            Path file = Files.exists(record(id)) ? record(id) : directory.resolve(id);
            if (UploadName.isOne(id) && FileAge.of(file).compareTo(olderThan) > 0) {
                discard(id);
            }
        }
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString().replace(RECORD, "")).collect(Collectors.toSet());
        }
    }

    /** A path in the staging directory at which nothing is yet; whatever is left there goes at the next start. */
    public Path temporary() throws IOException {
        make();
        return directory.resolve(TEMPORARY + Long.toHexString(ThreadLocalRandom.current().nextLong()));
    }

    private Optional<StagedFile> find(String id) throws IOException {
        StagedFile known = files.get(id);
        if (known != null || !UploadName.isOne(id)) {
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
