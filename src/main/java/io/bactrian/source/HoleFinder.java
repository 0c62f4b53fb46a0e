package io.bactrian.source;

import java.util.List;

import io.bactrian.content.Holes;
import io.bactrian.content.Range;
import io.bactrian.link.Link;
import io.bactrian.upload.FileUpload;
import io.bactrian.wire.WireHeaders;
import org.apache.camel.ExchangeProperty;

/** Finds the holes of a large file, which are not sent. Stateless. */
public final class HoleFinder {
    /** Smaller holes cost no more if they are sent as zeros. */
    private static final long LEAST = 64 << 10;

    /** With the longest numbers, this many fill half of the header size that a server accepts. */
    private static final int MOST = 64;

    /** The largest holes, as the header says them; empty if there are none, or if the target has them already. */
    public String holes(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") FileUpload upload) {
        // A file that is read in one pass may be written meanwhile, and is not read again
        if (upload.content().isOpen() || upload.content().pass().isPresent()) {
            return "";
        }
        List<Range> holes = Holes.of(SourceRoot.real(link.source().directory()).resolve(upload.path()), LEAST, MOST);
        return WireHeaders.holes(holes.stream().filter(hole -> hole.end() <= upload.file().stat().size()).toList());
    }
}
