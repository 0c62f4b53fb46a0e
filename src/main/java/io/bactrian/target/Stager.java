package io.bactrian.target;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.bactrian.content.ChunkList;
import io.bactrian.content.Chunker;
import io.bactrian.content.QuotaProbe;
import io.bactrian.content.Range;
import io.bactrian.content.Recipe;
import io.bactrian.content.Staging;
import io.bactrian.fault.Faults;
import io.bactrian.replica.ReplicaFile;
import io.bactrian.settings.Property;
import io.bactrian.tree.Digest;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.WireHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/** The steps of the routes that receive content before a change uses it. Thread-safe. */
public final class Stager {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    /** How long a request may take before it is answered, so that no connection times out; the next request continues. */
    private static final long TURN = TimeUnit.SECONDS.toNanos(5);

    private static final int BUFFER = 1 << 20;
    /** With less space than this, other files cannot be written, and the upload is discarded. */
    private static final long LOW_SPACE = 16L << 20;
    private static final int MOST_CHUNKS = 50_000;

    // --- open-content

    /**
     * Opens or continues an upload; nothing is missing if the replica has the content. Once everything that cannot be copied has arrived, the
     * rest is copied, and the whole is verified.
     */
    public Message.Content announce(@ExchangeProperty("request") Request request, @Body Message.OpenContent wanted)
            throws IOException {
        long most = request.mirror().settings().value(Property.TARGET_MAX_FILE);
        if (wanted.size() > most) {
            throw new ProblemException(Problem.tooLarge("A file has at most " + most
                    + " bytes here (bactrian.target.NAME.max-file)."));
        }
        long until = System.nanoTime() + TURN;
        Staging staging = request.mirror().replica().staging();
        if (wanted.digest().isPresent()) {
            Digest digest = wanted.digest().get();
            if (wanted.key().isPresent()) {
                staging.name(wanted.key().get(), digest, wanted.size());
            }
            if (request.mirror().replica().index().byDigest(digest, wanted.size()).isPresent()) {
                if (wanted.key().isPresent()) {
                    staging.discard(digest, wanted.size());
                }
                return new Message.Content(digest.toString(), List.of(), false);
            }
        }
        Staging.Upload upload = wanted.digest().isPresent() ? staging.open(wanted.digest().get(), wanted.size())
                : staging.openUnnamed(wanted.key().orElseThrow(), wanted.size());
        List<Range> missing = without(holes(request), upload, staging);
        if (!missing.isEmpty() && wanted.recipe().isPresent()) {
            Recipe recipe = wanted.recipe().get();
            try (ReplicaFile base = request.mirror().replica().replicaFile(recipe.base(), recipe.size()).orElse(null)) {
                if (base != null) {
                    missing = staging.missing(upload.id(), recipe.copies());
                    if (missing.isEmpty()) {
                        if (!staging.copy(upload.id(), base.path(), recipe.copies(), until)) {
                            return new Message.Content(upload.id(), List.of(), true);
                        }
                        missing = staging.missing(upload.id(), List.of());
                    }
                }
            }
        }
        mustFit(request, upload, missing);
        boolean busy = missing.isEmpty() && wanted.digest().isPresent()
                && !staging.verify(wanted.digest().get(), wanted.size(), until);
        return new Message.Content(upload.id(), missing, busy);
    }

    private static List<Range> holes(Request request) {
        try {
            return request.header(WireHeaders.HOLES).map(WireHeaders::holes).orElse(List.of());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Problem.badRequest(e.getMessage()));
        }
    }

    private static List<Range> without(List<Range> holes, Staging.Upload upload, Staging staging) throws IOException {
        if (holes.isEmpty()) {
            return upload.missing();
        }
        staging.zeros(upload.id(), holes);
        return staging.missing(upload.id(), List.of());
    }

    /** Rejects an upload that cannot become complete, because it would only take space that others need. */
    private static void mustFit(Request request, Staging.Upload upload, List<Range> missing) throws IOException {
        long wanted = missing.stream().mapToLong(Range::length).sum();
        long room = java.nio.file.Files.getFileStore(request.mirror().settings().directory()).getUsableSpace();
        // Uploads in progress come first; otherwise none would ever complete.
        long all = request.mirror().replica().staging().lacking();
        if (wanted > room || wanted > 0 && all > room) {
            if (room < LOW_SPACE || wanted == upload.size()) {
                request.mirror().replica().staging().discard(upload.id());
            }
            throw new FileSystemException("", null, "No space left on device");
        }
        try {
            if (wanted > 0) {
                request.mirror().replica().permit(all);
            }
            request.mirror().quotaProbe().require(wanted);
        } catch (FileSystemException e) {
            request.mirror().replica().staging().discard(upload.id());
            throw e;
        }
    }

    // --- drop-content

    /** Discards an upload. */
    public void drop(@ExchangeProperty("request") Request request) throws IOException {
        request.mirror().replica().staging().discard(request.item());
    }

    // --- receive-part

    /** Stages a part of a content: a buffer as received, or a decoded array. */
    public void stage(@ExchangeProperty("request") Request request, @Body Object body) throws IOException {
        // Not by Camel's converter: it copies an array into a direct buffer that is never released
        ByteBuf part = body instanceof ByteBuf received ? received : Unpooled.wrappedBuffer((byte[]) body);
        String range = request.header("Content-Range").orElse("");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches()) {
            throw new ProblemException(Problem.badRequest("A part needs a Content-Range such as bytes 0-99/1000."));
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        if (last < first || last - first + 1 != part.readableBytes() || last >= Long.parseLong(matcher.group(3))) {
            throw new ProblemException(Problem.badRequest("The Content-Range does not fit the body of "
                    + part.readableBytes() + " bytes."));
        }
        Staging staging = request.mirror().replica().staging();
        if (staging.size(request.item()) != Long.parseLong(matcher.group(3))) {
            throw new ProblemException(Problem.badRequest("The size in the Content-Range is not the announced size."));
        }
        QuotaProbe quotaProbe = request.mirror().quotaProbe();
        quotaProbe.writing().lock();
        try {
            request.mirror().replica().permit(part.readableBytes());
            staging.write(request.item(), first, part.nioBuffers());
        } catch (IOException e) {
            if (Faults.isFull(e)) {
                quotaProbe.writeFailed();
                // The part fills the disk for all others.
                staging.discard(request.item());
            }
            throw e;
        } finally {
            quotaProbe.writing().unlock();
        }
    }

    // --- tell-chunks

    /** Finds the next chunks of a content that the replica holds, for a limited time. */
    public Message.Chunks chunks(@ExchangeProperty("request") Request request, @Body Message.AskChunks asked)
            throws IOException {
        Optional<FileChannel> held = request.mirror().replica().open(asked.digest(), asked.size());
        if (held.isEmpty()) {
            return new Message.Chunks(new ChunkList.Builder(asked.bits()).build().bytes());
        }
        try (FileChannel channel = held.get()) {
            return new Message.Chunks(cut(channel, asked).bytes());
        }
    }

    private static ChunkList cut(FileChannel channel, Message.AskChunks asked) throws IOException {
        long until = System.nanoTime() + TURN;
        Chunker chunker = new Chunker(asked.bits());
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        channel.position(asked.offset());
        while (channel.read(buffer.clear()) >= 0) {
            chunker.update(buffer.flip());
            int count = chunker.count();
            // The caller continues after the last chunk, so there must be one.
            if (count >= MOST_CHUNKS || count > 0 && System.nanoTime() - until >= 0) {
                return chunker.soFar();
            }
        }
        return chunker.finish();
    }
}
