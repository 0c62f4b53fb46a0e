package io.bactrian.benchmark.row;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All rows, with what is wanted of each. Immutable. */
public final class Rows {
    private static final String LARGE = "large.bin";

    private final Sizes sizes;
    private final Duration rescan;

    /** @param rescan how often the largest tree is compared */
    public Rows(Sizes sizes, Duration rescan) {
        this.sizes = sizes;
        this.rescan = rescan;
    }

    /** In the order of the table. */
    public List<Row> all() {
        return List.of(
                new FirstSync("first-sync", text("first sync, %,d files in directories of %d", sizes.files(),
                        sizes.together()), tree(sizes.files()), Goal.NONE.timesRsync(0.9).bytesOfRsync(0.7),
                        Duration.ZERO),
                new FirstSync("large-file", "first sync, one incompressible file of " + large(), this::large,
                        Goal.NONE.timesRsync(1.0), Duration.ZERO),
                new Restart("noop", text("restart, nothing changed, %,d files", sizes.files()), tree(sizes.files()),
                        Goal.NONE.bytes(5_000, "5 KB").timesRsync(1.0)),
                new LiveChange("changed-byte", "1 byte changed in the middle of " + large(), this::large, this::flip,
                        LiveChange.Check.NONE, Goal.NONE.bytes(48_000, "48 KB").timesRsync(0.8)),
                new LiveChange("inserted-bytes", "100 bytes put in near the start of " + large(), this::large,
                        this::insert, LiveChange.Check.NONE, Goal.NONE.bytes(150_000, "150 KB")),
                new LiveChange("renamed-file", large() + " file renamed", this::large, this::rename,
                        target -> inode(target, LARGE, "renamed.bin"),
                        Goal.NONE.bytes(4_000, "4 KB").note(LiveChange.KEPT).note(LiveChange.UNREAD)),
                new LiveChange("renamed-directory", text("directory of %,d files renamed", sizes.renamed()),
                        tree(sizes.renamed(), "before"), this::renameDirectory,
                        target -> inode(target, "before", "after"), Goal.NONE.bytes(8_000, "8 KB")),
                new LiveChange("copied-file", text("a file of %s copied within the tree", size(sizes.copied())),
                        source -> Trees.large(source.resolve(LARGE), sizes.copied()),
                        this::copy, LiveChange.Check.NONE,
                        Goal.NONE.bytes(sizes.copied() / 100, "1 % of its content")),
                new Latency("latency", text("a file of 4 KB written until it can be read, %d times, tree of %,d files",
                        sizes.samples(), sizes.idle()), tree(sizes.idle()), sizes.samples(),
                        Goal.NONE.milliseconds(30).slowest(120)),
                new LiveChange("burst", text("%,d small files written at once into a new directory, from the last on",
                        sizes.some()), tree(sizes.idle()), this::burst, LiveChange.Check.NONE,
                        Goal.NONE.milliseconds(2_000)),
                new AlwaysWritten("always-written", text("%s that are written all the time, 4 KiB each 50 ms, for %,d s",
                        size(sizes.written()), sizes.writes() / 20), source -> Trees.large(source.resolve(LARGE), sizes.written()),
                        LARGE, sizes.writes(), Goal.NONE),
                new FirstSync("distant", text("first sync, %,d files, 50 ms round trip", sizes.some()),
                        tree(sizes.some()), Goal.NONE.timesRsync(1.0), Duration.ofMillis(50)),
                new Rescan("million", text("%,d files, both ends -Xmx384m: a rescan that finds nothing",
                        sizes.million()), tree(sizes.million()), rescan, Goal.NONE.bytes(1_000, "1 KB")));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private String large() {
        return size(sizes.bytes());
    }

    private static String size(long bytes) {
        return bytes % (1 << 30) == 0 ? (bytes >> 30) + " GiB" : bytes % (1 << 20) == 0 ? (bytes >> 20) + " MiB"
                : (bytes >> 10) + " KiB";
    }

    private Tree tree(int files) {
        return source -> Trees.many(source, files, sizes.together());
    }

    private Tree tree(int files, String directory) {
        return source -> Trees.many(source.resolve(directory), files, sizes.together());
    }

    private void large(Path source) throws IOException {
        Trees.large(source.resolve(LARGE), sizes.bytes());
    }

    private Expected flip(Path source, Runnable complete) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(source.resolve(LARGE).toFile(), "rw")) {
            long middle = file.length() / 2;
            file.seek(middle);
            int is = file.read();
            file.seek(middle);
            file.write(is ^ 1);
        }
        complete.run();
        return Expected.of(source, LARGE);
    }

    /** Whoever writes it takes his time, elsewhere; then it is there at once, as with any careful editor. */
    private Expected insert(Path source, Runnable complete) throws IOException {
        Path made = source.resolveSibling("inserted.bin");
        Trees.inserted(source.resolve(LARGE), made, sizes.bytes() / 100, new byte[100]);
        return move(made, source.resolve(LARGE), complete, () -> Expected.of(source, LARGE));
    }

    private Expected rename(Path source, Runnable complete) throws IOException {
        Path after = source.resolve("renamed.bin");
        return move(source.resolve(LARGE), after, complete, () -> Expected.of(source, "renamed.bin").without(LARGE));
    }

    private Expected renameDirectory(Path source, Runnable complete) throws IOException {
        Expected expected = Expected.of(source, "before").moved("before", "after").without("before");
        return move(source.resolve("before"), source.resolve("after"), complete, () -> expected);
    }

    private Expected copy(Path source, Runnable complete) throws IOException {
        Files.copy(source.resolve(LARGE), source.resolve("copy.bin"));
        complete.run();
        return Expected.of(source, "copy.bin");
    }

    private Expected burst(Path source, Runnable complete) throws IOException {
        Map<String, Long> made = Trees.burst(source.resolve("burst"), sizes.some());
        complete.run();
        return Expected.ofNew(made);
    }

    private interface Then {
        Expected tell() throws IOException;
    }

    private static Expected move(Path from, Path to, Runnable complete, Then then) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        complete.run();
        return then.tell();
    }

    private static String inode(Path target, String before, String after) throws IOException {
        Path file = Files.exists(target.resolve(before)) ? target.resolve(before) : target.resolve(after);
        return Files.getAttribute(file, "unix:ino").toString();
    }
}
