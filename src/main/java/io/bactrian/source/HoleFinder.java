package io.bactrian.source;

import java.util.List;
import java.util.Optional;

import io.bactrian.change.Work;
import io.bactrian.content.Holes;
import io.bactrian.content.Range;
import io.bactrian.link.Link;
import io.bactrian.upload.ContentUpload;
import io.bactrian.wire.WireHeaders;
import org.apache.camel.ExchangeProperty;

/** Finds what of a large file takes no room in the source, so that it is not sent. Stateless. */
public final class HoleFinder {
    /** Smaller ones cost a target as little when they are sent as zeros. */
    private static final long LEAST = 64 << 10;

    /** With the longest numbers they fill half of the head that a server takes. */
    private static final int MOST = 64;

    /** The value of the header that names the largest holes; empty if there are none, or if the target knows them. */
    public String holes(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Optional<ContentUpload> sending) {
        // What is read in one pass may be written to meanwhile, and nothing of it is read again
        if (sending.orElseThrow().isOpen() || sending.get().pass().isPresent()) {
            return "";
        }
        List<Range> holes = Holes.of(Roots.real(link.source().directory()).resolve(upload.path()), LEAST, MOST);
        return WireHeaders.holes(holes.stream().filter(hole -> hole.end() <= upload.stat().size()).toList());
    }
}
