package io.bactrian.tree;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * What a tree holds at one path: everything that must be the same on both sides, and nothing else.
 * Paths are relative to the tree's root, separated by {@code /}; the root itself is {@code ""}. Immutable.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Entry.File.class, name = "file"),
    @JsonSubTypes.Type(value = Entry.Directory.class, name = "dir"),
    @JsonSubTypes.Type(value = Entry.Link.class, name = "link")})
public sealed interface Entry {

    String path();

    /** When it was modified. */
    Time modified();

    /** The same thing at another path. */
    Entry at(String path);

    /**
     * A FIFO, a socket or a device. No tree has one that is to be the same on both sides, but a target tells of those that are
     * in its replica, so that they can be removed: as a link that leads nowhere, which no file system has.
     */
    static Link special(String path, Time modified) {
        return new Link(path, modified, "");
    }

    /** Whether it is a {@link #special} one. */
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

    /** A directory; its digest covers all below it and is kept by the index, not here. */
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
