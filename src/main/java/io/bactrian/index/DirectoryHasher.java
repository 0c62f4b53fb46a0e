package io.bactrian.index;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;

/** Computes one directory's digest from its children in order, in the format of {@link Index#digest}. */
final class DirectoryHasher {
    private final MessageDigest sha256 = Digest.sha256();
    private final ByteBuffer numbers = ByteBuffer.allocate(20);

    DirectoryHasher(Entry.Directory directory) {
        numbers.putInt(directory.mode());
        add(directory.modified());
    }

    /** Adds a child from a row with the columns of {@link Schema#CHILDREN}. */
    void add(ResultSet row) throws SQLException {
        byte kind = (byte) row.getInt(1);
        byte[] name = row.getBytes(10);
        numbers.put(kind).putInt(name.length);
        flush();
        sha256.update(name);
        if (kind == IndexRow.FILE) {
            numbers.putInt(row.getInt(2));
            add(IndexRow.time(row));
            numbers.putLong(row.getLong(4));
            flush();
            sha256.update(row.getBytes(5));
        } else if (kind == IndexRow.DIRECTORY) {
            sha256.update(row.getBytes(5));
        } else {
            byte[] target = row.getString(6).getBytes(StandardCharsets.UTF_8);
            add(IndexRow.time(row));
            numbers.putInt(target.length);
            flush();
            sha256.update(target);
        }
    }

    private void add(Time time) {
        numbers.putLong(time.nanosSinceEpoch());
        flush();
        if (!time.fitsNanos()) {
            sha256.update(IndexRow.bytes(time));
        }
    }

    private void flush() {
        sha256.update(numbers.flip());
        numbers.clear();
    }

    Digest finish() {
        return Digest.from(sha256.digest());
    }
}
