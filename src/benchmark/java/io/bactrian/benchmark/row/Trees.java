package io.bactrian.benchmark.row;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/** Makes files of which no two are alike, the same in every run. Stateless. */
final class Trees {
    /** Long ago, so that a change of content is also one of time, to the second. */
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2026-01-02T03:04:05Z"));
    private static final int MEBIBYTE = 1 << 20;
    /** Gives sizes of 3.9 KB on average and up to some hundred KB, as in a tree of documents and sources. */
    private static final double MIDDLE = 7.55;
    private static final double SPREAD = 1.2;
    private static final byte[] WORDS = ("a camel carries what it is given, step by step, and a directory is what its "
            + "files say of it: ").repeat(100).getBytes(StandardCharsets.US_ASCII);

    private Trees() {
    }

    /** So many files, half of each compressible, in directories of so many below the root. */
    static void many(Path root, int files, int together) throws IOException {
        Random random = new Random(files);
        byte[] noise = new byte[MEBIBYTE];
        random.nextBytes(noise);
        Path directory = root;
        for (int i = 0; i < files; i++) {
            if (i % together == 0) {
                directory = root.resolve(String.format("part-%02d/directory-%05d", i / together % 50, i / together));
                Files.createDirectories(directory);
            }
            int size = 16 + (int) Math.min(MEBIBYTE - 16, Math.exp(MIDDLE + SPREAD * random.nextGaussian()));
            Files.write(directory.resolve(String.format("file-%07d.txt", i)), content(i, size, noise, random));
        }
    }

    private static byte[] content(int number, int size, byte[] noise, Random random) {
        byte[] content = new byte[size];
        byte[] name = String.format("%015d\n", number).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, content, 0, name.length);
        int half = name.length + (size - name.length) / 2;
        int from = random.nextInt(noise.length - (half - name.length));
        System.arraycopy(noise, from, content, name.length, half - name.length);
        for (int at = half; at < size; at += WORDS.length) {
            System.arraycopy(WORDS, 0, content, at, Math.min(WORDS.length, size - at));
        }
        return content;
    }

    /** A file that cannot be compressed. */
    static void large(Path file, long size) throws IOException {
        SplittableRandom random = new SplittableRandom(size);
        byte[] piece = new byte[MEBIBYTE];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = size; left > 0; left -= piece.length) {
                random.nextBytes(piece);
                out.write(piece, 0, (int) Math.min(left, piece.length));
            }
        }
        Files.setLastModifiedTime(file, LONG_AGO);
    }

    /** Files of some hundred bytes, in one new directory; tells their names and sizes. */
    static Map<String, Long> burst(Path directory, int files) throws IOException {
        Map<String, Long> sizes = new LinkedHashMap<>();
        Files.createDirectory(directory);
        for (int i = 0; i < files; i++) {
            byte[] content = String.valueOf(i).repeat(30).getBytes(StandardCharsets.US_ASCII);
            String name = "file-" + i;
            Files.write(directory.resolve(name), content);
            sizes.put(directory.getFileName() + "/" + name, (long) content.length);
        }
        return sizes;
    }

    /** A copy with these bytes put in at an offset. */
    static void inserted(Path file, Path copy, long at, byte[] bytes) throws IOException {
        try (var in = Files.newInputStream(file); OutputStream out = Files.newOutputStream(copy)) {
            out.write(in.readNBytes(Math.toIntExact(at)));
            out.write(bytes);
            in.transferTo(out);
        }
    }
}
