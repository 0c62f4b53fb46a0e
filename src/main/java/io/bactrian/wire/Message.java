package io.bactrian.wire;

import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.bactrian.change.Change;
import io.bactrian.content.ChunkList;
import io.bactrian.content.Chunker;
import io.bactrian.content.Range;
import io.bactrian.content.Recipe;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;

/** The bodies of requests and answers, as JSON or CBOR. Immutable. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public sealed interface Message {

    /** Requests the lease of a mirror. {@code sender} is a name for people; the instance is never reused. */
    record OpenSession(String sender, String instance) implements Message {
        /** Enough for the longest path with a host name. */
        private static final int LONGEST = 5_000;

        public OpenSession {
            if (sender.length() > LONGEST || instance.length() > LONGEST) {
                throw new IllegalArgumentException("a sender's name must not have more than " + LONGEST + " characters");
            }
        }
    }

    /**
     * The lease was granted.
     *
     * @param lease       to be sent in the header of every later request
     * @param seconds     until the lease ends without a request
     * @param root        digest of everything that the replica holds
     * @param keepsSetuid whether the replica keeps setuid and setgid bits
     * @param keepsLinks  whether the replica holds symbolic links
     */
    record Session(String lease, long seconds, Digest root, boolean keepsSetuid, boolean keepsLinks)
            implements Message {
    }

    /**
     * Asks for the replica's content in these directories.
     *
     * @param rescan whether to scan the replica before answering
     */
    record CompareTree(@JsonDeserialize(using = BoundedList.Directories.class) List<Known> directories, boolean rescan)
            implements Message {
        /**
         * A directory, with the digest that the sender believes it has.
         *
         * @param after the last name of a listing that was too long, to continue after it
         */
        public record Known(String path, Optional<Digest> digest, Optional<String> after) {
        }
    }

    /** The directories that differ from what the sender believes; equal ones are left out. */
    record Tree(List<Listing> listings) implements Message {
        /**
         * The content of one directory.
         *
         * @param self absent if the replica has no such directory
         * @param more whether the listing was cut off
         */
        public record Listing(String path, Optional<Entry> self, List<Node> children, boolean more) {
        }

        /** A child; the path of its entry is only its name. A directory has the digest of everything below it. */
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        public record Node(Entry entry, Optional<Digest> digest) {
        }
    }

    /**
     * Announces content that a change will refer to: by its digest, by a key until the digest is known, or by both,
     * when the content sent under the key must have the digest.
     *
     * @param recipe what the replica can copy from a file that it holds
     * @param key    any digest that the sender chooses
     */
    record OpenContent(Optional<Digest> digest, long size, Optional<Recipe> recipe, Optional<Digest> key)
            implements Message {
        public OpenContent(Digest digest, long size, Optional<Recipe> recipe) {
            this(Optional.of(digest), size, recipe, Optional.empty());
        }

        @JsonCreator
        public OpenContent {
            digest = digest == null ? Optional.empty() : digest;
            key = key == null ? Optional.empty() : key;
            if (digest.isEmpty() && key.isEmpty()) {
                throw new IllegalArgumentException("a content must have a digest or a key");
            }
            if (size < 0) {
                throw new IllegalArgumentException("a content's size must not be negative");
            }
            recipe = recipe == null ? Optional.empty() : recipe;
            if (recipe.isPresent() && recipe.get().end() > size) {
                throw new IllegalArgumentException("a copy must lie within the content");
            }
        }
    }

    /**
     * Where to send the content, and the missing ranges; none are missing if the replica has the content under any
     * path.
     *
     * @param busy whether the target is still copying or hashing: ask again with the same recipe
     */
    record Content(String id, List<Range> missing, boolean busy) implements Message {
    }

    /**
     * Asks for the chunks of a content that the replica holds.
     *
     * @param bits   average chunk size, as a power of two
     * @param offset to begin at: 0, or the end of the last answer
     */
    record AskChunks(Digest digest, long size, int bits, long offset) implements Message {
        public AskChunks {
            if (bits < Chunker.LEAST_BITS || bits > Chunker.MOST_BITS) {
                throw new IllegalArgumentException("the average chunk size must be from 2^" + Chunker.LEAST_BITS + " to 2^"
                        + Chunker.MOST_BITS + " bytes");
            }
            if (offset < 0 || offset > size) {
                throw new IllegalArgumentException("an offset must lie within the content");
            }
        }
    }

    /** The next chunks, serialized as in {@link ChunkList}; none if the content is gone. */
    record Chunks(byte[] list) implements Message {
    }

    /**
     * Requests a scrub of the replica, or asks for its progress.
     *
     * @param run   the id of the run to report; if absent, the current run is reported or a new one begun
     * @param after number of findings that the sender knows already
     */
    record AskScrub(Optional<String> run, long after) implements Message {
    }

    /**
     * The progress of a scrub.
     *
     * @param files    number read so far
     * @param found    number of findings so far; those beyond what a target keeps are only counted
     * @param findings new ones, possibly not all at once
     */
    record Scrub(String run, boolean done, boolean repairs, long files, long bytes, long found, List<Finding> findings)
            implements Message {
        /**
         * A difference between the replica and its index.
         *
         * @param held what the index holds
         * @param is   what is in the replica; empty if it is not part of a tree
         */
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        public record Finding(String path, String what, Optional<Entry> held, Optional<Entry> is) {
        }
    }

    /** One ordered batch. */
    record Changes(@JsonDeserialize(using = BoundedList.Changes.class) List<Change> changes) implements Message {
    }

    /** The result of a batch. Changes that are not among the failures are in effect. */
    record Receipt(int applied, int same, List<Failure> failures) implements Message {
        /**
         * A change that could not be applied.
         *
         * @param index of the change in the batch, from 0
         * @param kind  {@code content-missing}, {@code digest-mismatch} or {@code cannot-apply}
         */
        public record Failure(int index, String path, String kind, String detail) {
        }
    }
}
