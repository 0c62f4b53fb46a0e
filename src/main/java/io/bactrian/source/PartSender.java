package io.bactrian.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.change.OddSize;
import io.bactrian.change.Work;
import io.bactrian.link.Link;
import io.bactrian.settings.Settings;
import io.bactrian.upload.BufferPool;
import io.bactrian.upload.ContentUpload;
import io.bactrian.upload.FileChangedException;
import io.bactrian.upload.Part;
import io.bactrian.upload.PartQueue;
import io.bactrian.upload.SinglePassReader;
import io.bactrian.wire.Message;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The steps of the routes that send a large content in parts. Thread-safe. */
public final class PartSender {
    private final Settings settings;
    private final BufferPool buffers;

    public PartSender(Supplier<Settings> settings) {
        this.settings = settings.get();
        this.buffers = new BufferPool(this.settings.contentPart());
    }

    // --- send-parts

    /** What of a content the target lacks, in parts. */
    public Iterator<Part> parts(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Optional<ContentUpload> sending, @Body Message.Content content) {
        Optional<SinglePassReader> pass = sending.orElseThrow().pass();
        if (pass.isPresent()) {
            return new PartQueue(upload.path(), sending.get().size(), content.id(), pass.get(), link.uploads().places(), buffers,
                    pass.get());
        }
        PartQueue.Reader reader = sending.get()
                .reader((range, into) -> link.files().part(upload.path(), range.offset(), into));
        return new PartQueue(upload.path(), sending.get().size(),
                sending.get().isGivenUp() ? new Message.Content(content.id(), List.of(), false) : content,
                settings.contentPart(), link.uploads().places(), buffers, (range, into) -> {
                    if (!link.files().isStill(upload.path(), upload.stat())) {
                        throw new FileChangedException(upload.path() + " changed while it was sent");
                    }
                    reader.read(range, into);
                    if (into.remaining() < range.length() && link.files().isStill(upload.path(), upload.stat())) {
                        throw OddSize.shorter(upload.path(), upload.stat().size());
                    }
                });
    }

    // --- send-part

    /** The upload that a part belongs to. */
    public String content(@Body Part part) {
        return part.id();
    }

    /** The bytes of a part. */
    public ByteBuffer read(@ExchangeProperty("parts") PartQueue parts, @Body Part part) throws IOException {
        return parts.bytes(part);
    }

    /** A part is sent: the next may go. */
    public void partDone(Exchange exchange, @ExchangeProperty("parts") PartQueue parts, @ExchangeProperty("part") Part part) {
        parts.done(part, exchange.getProperty(Calls.ATTEMPTS, 1, int.class));
    }

    /** A part could not be sent: there is no next. */
    public void partFailed(@ExchangeProperty("parts") PartQueue parts,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable fault) {
        parts.fail(fault);
    }

    /**
     * All parts are sent, or none follows one that failed: then this is said now that nobody takes any more. Where the
     * file has changed meanwhile, what was sent is nothing that it is or was.
     */
    public void partsSent(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Optional<ContentUpload> sending, @ExchangeProperty("parts") PartQueue parts) throws Throwable {
        boolean moved = parts.isOutdated()
                || !upload.onePass() && parts.sent() > 0 && !link.files().isStill(upload.path(), upload.stat());
        if (moved) {
            link.sent().wasted(parts.sent());
            sending.orElseThrow().giveUp();
        } else {
            parts.check();
        }
    }
}
