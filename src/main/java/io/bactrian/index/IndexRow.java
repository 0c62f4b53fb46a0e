package io.bactrian.index;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import io.bactrian.tree.TreePath;

/** Converts an {@link IndexEntry} to a row and back; columns in the order of {@link Schema#PUT}. */
final class IndexRow {
    static final byte FILE = 'f';
    static final byte DIRECTORY = 'd';
    static final byte LINK = 'l';

    private IndexRow() {
    }

    static Object[] of(IndexEntry held) {
        String path = held.path();
        Entry entry = held.entry();
        if (entry instanceof Entry.File file) {
            return new Object[] {(int) FILE, file.mode(), time(file.modified()), file.size(), file.digest().bytes(), null,
                held.changed(), held.inode(), directory(path), TreePath.name(path), content(file)};
        }
        if (entry instanceof Entry.Directory directory) {
            return new Object[] {(int) DIRECTORY, directory.mode(), time(directory.modified()), null, null, null,
                held.changed(), held.inode(), directory(path), TreePath.name(path), null};
        }
        Entry.Link link = (Entry.Link) entry;
        return new Object[] {(int) LINK, null, time(link.modified()), null, null, link.target(),
            held.changed(), held.inode(), directory(path), TreePath.name(path), null};
    }

    /** Nanoseconds since 1970 as an integer; bytes if that does not fit. Older indexes have integers only. */
    private static Object time(Time time) {
        return time.fitsNanos() ? (Object) time.nanosSinceEpoch() : bytes(time);
    }

    /** Seconds and nanoseconds as bytes. */
    static byte[] bytes(Time time) {
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES).putLong(time.seconds()).putInt(time.nanos()).array();
    }

    static Time time(ResultSet row) throws SQLException {
        if (row.getObject(3) instanceof byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new Time(buffer.getLong(), buffer.getInt());
        }
        return Time.ofNanos(row.getLong(3));
    }

    /** Eight bytes of the digest find a small content almost as reliably as all of it, in half of the space. */
    private static Long content(Entry.File file) {
        return file.size() > Index.FINDABLE && file.size() <= Schema.LARGE ? (Long) file.digest().a() : null;
    }

    static String directory(String path) {
        return path.isEmpty() ? Schema.ABOVE_ROOT : TreePath.parent(path);
    }

    /** Reads a row that contains the path. */
    static IndexEntry held(ResultSet row) throws SQLException {
        String directory = row.getString(9);
        return held(directory.equals(Schema.ABOVE_ROOT) ? TreePath.ROOT : below(directory, row), row);
    }

    static String below(String directory, ResultSet row) throws SQLException {
        return TreePath.child(directory, row.getString(10));
    }

    static IndexEntry held(String path, ResultSet row) throws SQLException {
        Time modified = time(row);
        Entry entry = switch (row.getInt(1)) {
            case FILE -> new Entry.File(path, row.getInt(2), modified, row.getLong(4), Digest.from(row.getBytes(5)));
            case DIRECTORY -> new Entry.Directory(path, row.getInt(2), modified);
            default -> new Entry.Link(path, modified, row.getString(6));
        };
        return new IndexEntry(entry, row.getLong(7), row.getLong(8));
    }
}
