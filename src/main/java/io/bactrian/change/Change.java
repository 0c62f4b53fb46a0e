package io.bactrian.change;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Time;
import io.bactrian.tree.TreePath;

/**
 * A state that the replica must have at one path. Applying a change to a replica that has this state already does nothing. Paths are
 * checked on construction ({@link TreePath#check}). Immutable, except for the content array, which must not be written.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "op")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Change.WriteFile.class, name = "file"),
    @JsonSubTypes.Type(value = Change.MakeDirectory.class, name = "dir"),
    @JsonSubTypes.Type(value = Change.MakeLink.class, name = "link"),
    @JsonSubTypes.Type(value = Change.Move.class, name = "move"),
    @JsonSubTypes.Type(value = Change.Remove.class, name = "remove")})
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public sealed interface Change {

    String path();

    /** The kind of change, as on the wire and in the choices of the routes. */
    String op();

    /**
     * The path is a file with this content. Small content is sent inside the change; otherwise it was staged before, or the replica
     * holds it already, here or under another path.
     */
    record WriteFile(String path, int mode, Time modified, long size, Digest digest, Optional<byte[]> content)
            implements Change {
        public WriteFile {
            TreePath.check(path);
            if (path.isEmpty()) {
                throw new IllegalArgumentException("the root is a directory");
            }
            if (size < 0 || mode < 0 || mode > 07777) {
                throw new IllegalArgumentException("size or mode out of range");
            }
            content = content == null ? Optional.empty() : content;
            if (content.isPresent() && content.get().length != size) {
                throw new IllegalArgumentException("the content does not have the announced size");
            }
        }

        /** What the replica holds once this is applied. */
        public Entry.File entry() {
            return new Entry.File(path, mode, modified, size, digest);
        }

        @Override
        public String op() {
            return "file";
        }
    }

    /** The path is a directory; its content stays. */
    record MakeDirectory(String path, int mode, Time modified) implements Change {
        public MakeDirectory {
            TreePath.check(path);
            if (mode < 0 || mode > 07777) {
                throw new IllegalArgumentException("mode out of range");
            }
        }

        /** What the replica holds once this is applied. */
        public Entry.Directory entry() {
            return new Entry.Directory(path, mode, modified);
        }

        @Override
        public String op() {
            return "dir";
        }
    }

    /** The path is a symbolic link with this target. */
    record MakeLink(String path, Time modified, String target) implements Change {
        public MakeLink {
            TreePath.check(path);
            if (path.isEmpty() || target.isEmpty() || target.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a link has a path and a target, both without NUL");
            }
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(target)) {
                throw new IllegalArgumentException("a link's target must be valid UTF-8");
            }
        }

        /** What the replica holds once this is applied. */
        public Entry.Link entry() {
            return new Entry.Link(path, modified, target);
        }

        @Override
        public String op() {
            return "link";
        }
    }

    /**
     * What was at {@code from}, with everything below it, replaces what was at {@code path}.
     *
     * @param circle if what was at {@code path} has moved in a cycle: its new path, the new path of what was there, and so on; the
     *               last one is {@code from}. All moves are made in one step, as far as the file system can
     */
    record Move(String from, String path, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> circle)
            implements Change {
        /** The most paths in a cycle. */
        public static final int MOST = 100;

        public Move(String from, String path) {
            this(from, path, List.of());
        }

        @JsonCreator
        static Move read(@JsonProperty("from") String from, @JsonProperty("path") String path,
                @JsonProperty("circle") Optional<List<String>> circle) {
            return new Move(from, path, circle.orElse(List.of()));
        }

        public Move {
            circle = List.copyOf(circle);
            if (circle.size() >= MOST || !circle.isEmpty() && !circle.get(circle.size() - 1).equals(from)) {
                throw new IllegalArgumentException("a cycle of moves ends where it begins, and has at most " + MOST + " paths");
            }
            List<String> places = places(from, path, circle);
            places.forEach(TreePath::check);
            for (int i = 0; i < places.size(); i++) {
                for (int j = 0; j < places.size(); j++) {
                    if (i != j && TreePath.isWithin(places.get(i), places.get(j))) {
                        throw new IllegalArgumentException("nothing can move into or out of itself");
                    }
                }
            }
        }

        /** The paths of the move: each moves to the next one, in a cycle the last to the first. */
        public List<String> places() {
            return places(from, path, circle);
        }

        private static List<String> places(String from, String path, List<String> circle) {
            return Stream.concat(Stream.of(from, path), circle.stream().limit(Math.max(0, circle.size() - 1))).toList();
        }

        @Override
        public String op() {
            return "move";
        }
    }

    /** There is nothing at the path or below. */
    record Remove(String path) implements Change {
        public Remove {
            TreePath.checkRemoved(path);
            if (path.isEmpty()) {
                throw new IllegalArgumentException("the root is never removed");
            }
        }

        @Override
        public String op() {
            return "remove";
        }
    }
}
