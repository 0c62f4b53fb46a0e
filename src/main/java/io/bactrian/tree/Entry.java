package io.bactrian.tree;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.bactrian.content.Digest;

/**
 * What a tree holds at one path: everything that must be the same on both sides, and nothing else.
 * Paths are relative to the tree's root, separated by {@code /}; the root itself is {@code ""}.
 * Times are nanoseconds since 1970 (1677 to 2262; what lies outside is taken as the nearest end).
 * Immutable.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Entry.File.class, name = "file"),
    @JsonSubTypes.Type(value = Entry.Directory.class, name = "dir"),
    @JsonSubTypes.Type(value = Entry.Link.class, name = "link")})
public sealed interface Entry {

    String path();

    /** Modification time in nanoseconds since 1970. */
    long modified();

    /** The same thing at another path. */
    Entry at(String path);

    /** A regular file; {@code mode} is the twelve permission bits. */
    record File(String path, int mode, long modified, long size, Digest digest) implements Entry {
        @Override
        public File at(String other) {
            return new File(other, mode, modified, size, digest);
        }
    }

    /** A directory; its digest covers all below it and is kept by the index, not here. */
    record Directory(String path, int mode, long modified) implements Entry {
        @Override
        public Directory at(String other) {
            return new Directory(other, mode, modified);
        }
    }

    /** A symbolic link, with its target as written; links have no mode of their own. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Link(String path, long modified, String target) implements Entry {
        @Override
        public Link at(String other) {
            return new Link(other, modified, target);
        }
    }
}
