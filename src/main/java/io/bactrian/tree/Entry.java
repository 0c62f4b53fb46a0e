package io.bactrian.tree;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * What a tree holds at one path: exactly the properties that must be equal on both sides. Paths are relative to the
 * tree's root and separated by {@code /}; the root itself is {@code ""}. Immutable.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Entry.File.class, name = "file"),
    @JsonSubTypes.Type(value = Entry.Directory.class, name = "dir"),
    @JsonSubTypes.Type(value = Entry.Link.class, name = "link")})
public sealed interface Entry {

    String path();

    /** The modification time. */
    Time modified();

    /** The same entry at another path. */
    Entry at(String path);

    /**
     * A FIFO, socket or device. Such files are not replicated, but a target reports those in its replica so that they
     * can be removed. They are represented as a link with an empty target, which no file system has.
     */
    static Link special(String path, Time modified) {
        return new Link(path, modified, "");
    }

    /** Whether the entry is {@link #special}. */
    static boolean isSpecial(Entry entry) {
        return entry instanceof Link link && link.target().isEmpty();
    }

    /** A regular file; {@code mode} is the twelve permission bits. */
    record File(String path, int mode, Time modified, long size, Digest digest) implements Entry {
        @Override
        public File at(String other) {
            return new File(other, mode, modified, size, digest);
        }
    }

    /** A directory. The digest of its content is kept by the index. */
    record Directory(String path, int mode, Time modified) implements Entry {
        @Override
        public Directory at(String other) {
            return new Directory(other, mode, modified);
        }
    }

    /** A symbolic link, with its target as written; links have no mode of their own. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Link(String path, Time modified, String target) implements Entry {
        @Override
        public Link at(String other) {
            return new Link(other, modified, target);
        }
    }
}
