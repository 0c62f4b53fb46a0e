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

/**
 * What travels in the bodies of requests and answers, as JSON or CBOR. Immutable.
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public sealed interface Message {

    /** Asks for the lease of a mirror; {@code sender} is a name for people, the instance is never reused. */
    record OpenSession(String sender, String instance) implements Message {
        /** A path of the longest kind with a host's name fits. */
        private static final int LONGEST = 5_000;

        public OpenSession {
            if (sender.length() > LONGEST || instance.length() > LONGEST) {
                throw new IllegalArgumentException("a sender's name has at most " + LONGEST + " characters");
            }
        }
    }

    /**
     * The lease is given.
     *
     * @param lease       names it in the header of every later request
     * @param seconds     how long it lasts without a request
     * @param root        the digest of all that the replica holds
     * @param keepsSetuid whether the replica keeps setuid and setgid bits
     * @param keepsLinks  whether the replica holds symbolic links
     */
    record Session(String lease, long seconds, Digest root, boolean keepsSetuid, boolean keepsLinks)
            implements Message {
    }

    /**
     * Asks what the replica holds in these directories.
     *
     * @param rescan whether to look at the replica's directory anew before answering
     */
    record CompareTree(@JsonDeserialize(using = BoundedList.Directories.class) List<Known> directories, boolean rescan)
            implements Message {
        /**
         * A directory, with the digest that the asker believes it has.
         *
         * @param after where a listing that was too long goes on: the last name that was told
         */
        public record Known(String path, Optional<Digest> digest, Optional<String> after) {
        }
    }

    /** The directories that differ from what the asker believes; those that do not are left out. */
    record Tree(List<Listing> listings) implements Message {
        /**
         * One directory.
         *
         * @param self absent if the replica has no such directory
         * @param more whether the listing stops before its end
         */
        public record Listing(String path, Optional<Entry> self, List<Node> children, boolean more) {
        }

        /** A child; its entry's path is its name alone. The digest is that of a directory with all below it. */
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        public record Node(Entry entry, Optional<Digest> digest) {
        }
    }

    /**
     * Announces content that will be named by a change, by its digest, or by a key until that is known, or by both:
     * then what was sent under the key has to have the digest.
     *
     * @param recipe what of it the replica can copy from a file that it holds
     * @param key    any name that the sender gives it
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
                throw new IllegalArgumentException("a content has a digest or a key");
            }
            if (size < 0) {
                throw new IllegalArgumentException("a content's size is not negative");
            }
            recipe = recipe == null ? Optional.empty() : recipe;
            if (recipe.isPresent() && recipe.get().end() > size) {
                throw new IllegalArgumentException("a copy lies within the content");
            }
        }
    }

    /**
     * Where to send it, and what of it is missing: nothing, if the replica has it under any path.
     *
     * @param busy whether the target is still copying or hashing: ask again, with the same recipe
     */
    record Content(String id, List<Range> missing, boolean busy) implements Message {
    }

    /**
     * Asks into which chunks a content is cut that the replica holds.
     *
     * @param bits   their average size, as a power of two
     * @param offset where to begin: at 0, or where the last answer ended
     */
    record AskChunks(Digest digest, long size, int bits, long offset) implements Message {
        public AskChunks {
            if (bits < Chunker.LEAST_BITS || bits > Chunker.MOST_BITS) {
                throw new IllegalArgumentException("chunks are of 2^" + Chunker.LEAST_BITS + " to 2^"
                        + Chunker.MOST_BITS + " bytes");
            }
            if (offset < 0 || offset > size) {
                throw new IllegalArgumentException("an offset lies within the content");
            }
        }
    }

    /** The next chunks, in the form of {@link ChunkList}; none, if the content is not here any more. */
    record Chunks(byte[] list) implements Message {
    }

    /**
     * Asks for all content of the replica to be read anew, or how far that is.
     *
     * @param run   which one is asked about; a new one is begun if there is none, or the one that is under way is told
     * @param after how many findings are known already
     */
    record AskScrub(Optional<String> run, long after) implements Message {
    }

    /**
     * How far a scrub is.
     *
     * @param files    read so far
     * @param found    findings so far; more than a target keeps are counted only
     * @param findings those that are not known yet, some of them if there are many
     */
    record Scrub(String run, boolean done, boolean repairs, long files, long bytes, long found, List<Finding> findings)
            implements Message {
        /**
         * Something that is not as the replica's index says.
         *
         * @param held what the index says
         * @param is   what is there; nothing, if it is no part of a tree
         */
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        public record Finding(String path, String what, Optional<Entry> held, Optional<Entry> is) {
        }
    }

    /** One ordered batch. */
    record Changes(@JsonDeserialize(using = BoundedList.Changes.class) List<Change> changes) implements Message {
    }

    /** What became of a batch; changes that are not among the failures are true of the replica now. */
    record Receipt(int applied, int same, List<Failure> failures) implements Message {
        /**
         * A change that could not be applied.
         *
         * @param index its place in the batch, from 0
         * @param kind  {@code content-missing}, {@code digest-mismatch} or {@code cannot-apply}
         */
        public record Failure(int index, String path, String kind, String detail) {
        }
    }
}
