package io.bactrian.chaos;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** Contents that describe themselves: a row of records, each with its number, length and checksum. Stateless. */
final class Record {
    private static final int HEAD = 32;
    private static final Pattern HEADER = Pattern.compile("#([0-9a-f]{12}) ([0-9a-f]{8}) ([0-9a-f]{8})\n");
    private static final AtomicLong NUMBER = new AtomicLong();

    private Record() {
    }

    /** A record that is unlike any other, of this many bytes, and never fewer than its head has. */
    static byte[] next(int length) {
        long number = NUMBER.incrementAndGet();
        byte[] payload = new byte[Math.max(0, length - HEAD)];
        new Random(number).nextBytes(payload);
        byte[] head = "#%012x %08x %08x\n".formatted(number, payload.length, checksum(payload))
                .getBytes(StandardCharsets.US_ASCII);
        byte[] record = java.util.Arrays.copyOf(head, HEAD + payload.length);
        System.arraycopy(payload, 0, record, HEAD, payload.length);
        return record;
    }

    /** Where the records of a content begin, and where the last one ends. */
    static List<Integer> bounds(byte[] content) {
        List<Integer> bounds = new ArrayList<>(List.of(0));
        for (int at = 0; at + HEAD <= content.length;) {
            Matcher head = head(content, at);
            if (!head.matches()) {
                break;
            }
            at += HEAD + Integer.parseInt(head.group(2), 16);
            bounds.add(Math.min(at, content.length));
        }
        return bounds;
    }

    /** The records in words, and where a content is torn. */
    static String describe(byte[] content) {
        StringBuilder words = new StringBuilder(content.length + " bytes:");
        int at = 0;
        while (at + HEAD <= content.length) {
            Matcher head = head(content, at);
            if (!head.matches()) {
                return words + " no record at " + at;
            }
            int length = Integer.parseInt(head.group(2), 16);
            byte[] payload = java.util.Arrays.copyOfRange(content, at + HEAD, Math.min(at + HEAD + length, content.length));
            boolean whole = payload.length == length
                    && "%08x".formatted(checksum(payload)).equals(head.group(3));
            words.append(' ').append(Long.parseLong(head.group(1), 16)).append(whole ? "" : " (torn)");
            at += HEAD + length;
        }
        return words.toString();
    }

    private static Matcher head(byte[] content, int at) {
        return HEADER.matcher(new String(content, at, HEAD, StandardCharsets.ISO_8859_1));
    }

    private static int checksum(byte[] payload) {
        CRC32 crc = new CRC32();
        crc.update(payload);
        return (int) crc.getValue();
    }
}
