package io.bactrian.index;

import java.util.Optional;

import io.bactrian.content.ChunkList;
import io.bactrian.tree.Digest;

/** The chunk lists stored in an index. */
record ChunkTable(Database database) {
    /** Number of lists that are kept although no file has the content. */
    private static final int UNHELD_CHUNKS = 50;
    /** Bytes of all chunk lists; enough for contents of about 50 GiB. */
    private static final long MOST_CHUNKS = 128L << 20;
    /** A list with more bytes than this triggers a search for lists to remove. */
    private static final int MANY_CHUNKS = 256 * 1024;

    Optional<ChunkList> find(Digest digest) {
        try {
            return database.first(Schema.CHUNKS, row -> row.getBytes(1), digest.bytes()).map(ChunkList::of);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    void keep(Digest digest, ChunkList list) {
        byte[] bytes = list.bytes();
        database.change(Schema.PUT_CHUNKS, digest.bytes(), bytes);
        long last = database.first(Schema.LAST_CHUNKS, row -> row.getLong(1)).orElse(0L);
        if (bytes.length > MANY_CHUNKS || last % UNHELD_CHUNKS == 0) {
            database.change(Schema.REMOVE_UNHELD_CHUNKS, last - UNHELD_CHUNKS);
            database.change(Schema.REMOVE_OLD_CHUNKS, MOST_CHUNKS);
        }
    }
}
