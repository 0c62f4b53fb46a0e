package io.bactrian.route;

import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.bactrian.content.Range;
import io.bactrian.wire.Message;

/**
 * A piece of a large file that travels in one request. Immutable.
 *
 * @param id where it goes
 */
public record Part(String path, String id, long size, Range range) {

    /** The pieces of what the target lacks, none longer than {@code most}. */
    static Iterator<Part> of(String path, long size, Message.Content content, int most) {
        List<Range> missing = content.missing();
        Stream<Range> pieces = missing.stream().flatMap(range ->
                LongStream.iterate(range.offset(), at -> at < range.end(), at -> at + most)
                        .mapToObj(at -> new Range(at, Math.min(most, range.end() - at))));
        return pieces.map(range -> new Part(path, content.id(), size, range)).iterator();
    }

    /** RFC 9110's {@code Content-Range}. */
    public String contentRange() {
        return "bytes " + range.offset() + "-" + (range.end() - 1) + "/" + size;
    }

    /** The call, as {@code METHOD path}. */
    public String call() {
        return "PUT content/" + id;
    }
}
