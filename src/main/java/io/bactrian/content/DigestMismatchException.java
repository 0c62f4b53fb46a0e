package io.bactrian.content;

import java.io.IOException;

import io.bactrian.tree.Digest;

/** Content does not match its digest. It was discarded. */
public final class DigestMismatchException extends IOException {
    private static final long serialVersionUID = 1L;

    public DigestMismatchException(Digest announced, Digest found) {
        super("the content has the digest " + found + ", not the announced " + announced
                + ": it was dropped, send it again");
    }
}
