package io.bactrian.target;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.bactrian.content.Range;
import io.bactrian.index.IndexEntry;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.tree.Entry;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.netty.http.OutboundStreamHttpResponse;

/**
 * The replica's files as plain REST: content with {@code Range} (RFC 9110, one range), the digest as
 * {@code ETag} and as {@code Repr-Digest} (RFC 9530). Content is streamed. Thread-safe.
 */
public final class Files {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    /** The range of HTTP dates (RFC 9110). */
    private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    /** The answer to GET, or to HEAD if {@code headOnly}. */
    public HttpResponse read(@ExchangeProperty("request") Request request) throws IOException, ChangeFailedException {
        boolean headOnly = request.call().method().equals("HEAD");
        Entry.File entry = find(request);
        String tag = '"' + entry.digest().toString() + '"';
        if (request.header("If-None-Match").filter(tag::equals).isPresent()) {
            return described(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_MODIFIED), entry, tag);
        }
        Optional<Range> part = request.header("If-Range").filter(is -> !is.equals(tag)).isPresent()
                ? Optional.empty() : request.header("Range").flatMap(range -> range(range, entry.size()));
        Range range = part.orElse(new Range(0, entry.size()));
        HttpResponseStatus status = part.isPresent() ? HttpResponseStatus.PARTIAL_CONTENT : HttpResponseStatus.OK;
        HttpResponse response = headOnly || range.length() == 0
                ? new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status)
                : new OutboundStreamHttpResponse(stream(request, entry, range), new DefaultHttpResponse(HttpVersion.HTTP_1_1, status));
        described(response, entry, tag);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, range.length());
        part.ifPresent(is -> response.headers().set(HttpHeaderNames.CONTENT_RANGE,
                "bytes " + is.offset() + "-" + (is.end() - 1) + "/" + entry.size()));
        return response;
    }

    private static HttpResponse described(HttpResponse response, Entry.File entry, String tag) {
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.ETAG, tag);
        headers.set("Repr-Digest", "sha-256=:" + java.util.Base64.getEncoder().encodeToString(entry.digest().bytes()) + ":");
        headers.set(HttpHeaderNames.LAST_MODIFIED,
                HTTP_DATE.format(Instant.ofEpochSecond(Math.max(FIRST, Math.min(LAST, entry.modified().seconds())))));
        headers.set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
        // Content from a source must not run in a browser.
        headers.set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
        headers.set("X-Content-Type-Options", "nosniff");
        return response;
    }

    private static Entry.File find(Request request) throws IOException, ChangeFailedException {
        if (!request.mirror().awaitReady(java.time.Duration.ZERO)) {
            throw new ProblemException(Problem.unavailable("The target is still scanning its directory."));
        }
        String path;
        try {
            path = Receiver.checkPath(URLDecoder.decode(request.item().replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Problem.badRequest("The path is not percent-encoded UTF-8."));
        }
        return request.mirror().replica().index().find(path)
                .map(IndexEntry::entry).filter(Entry.File.class::isInstance).map(Entry.File.class::cast)
                .orElseThrow(() -> new ProblemException(Problem.notFound("The replica holds no file there.")));
    }

    /** Opens the file while no batch is in progress, so that it is the one in the index. */
    private static InputStream stream(Request request, Entry.File entry, Range range) throws IOException, ChangeFailedException {
        try (Batch quiet = request.mirror().replica().begin()) {
            if (!request.mirror().replica().index().find(entry.path()).map(IndexEntry::entry).filter(entry::equals).isPresent()) {
                throw new ProblemException(Problem.unavailable("The file is changing; retry."));
            }
            FileChannel channel = request.mirror().replica().open(entry.path()).orElseThrow(() -> new ProblemException(
                    Problem.notFound("The replica holds no such file there now.")));
            channel.position(range.offset());
            return new BoundedInput(Channels.newInputStream(channel), range.length());
        }
    }

    /** An invalid range is ignored (RFC 9110, 14.2); one beyond the end is rejected. */
    private static Optional<Range> range(String header, long size) {
        Matcher matcher = RANGE.matcher(header.trim());
        if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
            return Optional.empty();
        }
        long first;
        long last = size - 1;
        if (matcher.group(1).isEmpty()) {
            first = Math.max(0, size - Long.parseLong(matcher.group(2)));
        } else {
            first = Long.parseLong(matcher.group(1));
            last = matcher.group(2).isEmpty() ? last : Math.min(last, Long.parseLong(matcher.group(2)));
        }
        if (first >= size || last < first) {
            throw new ProblemException(Problem.unsatisfiable("The file has " + size + " bytes."));
        }
        return Optional.of(new Range(first, last - first + 1));
    }
}
