package io.bactrian.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.compare.SizeMismatch;
import io.bactrian.link.Link;
import io.bactrian.plan.Work;
import io.bactrian.settings.Property;
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

/** The steps of the routes that send a large file in parts. Thread-safe. */
public final class PartSender {
    private final Settings settings;
    private final BufferPool buffers;

    public PartSender(Supplier<Settings> settings) {
        this.settings = settings.get();
        this.buffers = new BufferPool(this.settings.value(Property.CONTENT_PART));
    }

    // --- send-parts

    /** The parts of a file that the target lacks. */
    public Iterator<Part> parts(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Optional<ContentUpload> sending, @Body Message.Content content) {
        Optional<SinglePassReader> pass = sending.orElseThrow().pass();
        if (pass.isPresent()) {
            return new PartQueue(upload.path(), sending.get().size(), content.id(), pass.get(), link.uploads().permits(), buffers,
                    pass.get());
        }
        PartQueue.Reader reader = sending.get()
                .reader((range, into) -> link.files().part(upload.path(), range.offset(), into));
        return new PartQueue(upload.path(), sending.get().size(),
                sending.get().isGivenUp() ? new Message.Content(content.id(), List.of(), false) : content,
                settings.value(Property.CONTENT_PART), link.uploads().permits(), buffers, (range, into) -> {
                    if (!link.files().isStill(upload.path(), upload.stat())) {
                        throw new FileChangedException(upload.path() + " changed while it was sent");
                    }
                    reader.read(range, into);
                    if (into.remaining() < range.length() && link.files().isStill(upload.path(), upload.stat())) {
                        throw SizeMismatch.shorter(upload.path(), upload.stat().size());
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

    /** A part was sent: the next may follow. */
    public void partDone(Exchange exchange, @ExchangeProperty("parts") PartQueue parts, @ExchangeProperty("part") Part part) {
        parts.done(part, exchange.getProperty(Calls.ATTEMPTS, 1, int.class));
    }

    /** A part could not be sent: no more follow. */
    public void partFailed(@ExchangeProperty("parts") PartQueue parts,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable fault) {
        parts.fail(fault);
    }

    /**
     * All parts were sent, or one has failed, which is reported now that no part is in flight. If the file has changed meanwhile, what was
     * sent is useless.
     */
    public void partsSent(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Optional<ContentUpload> sending, @ExchangeProperty("parts") PartQueue parts) throws Throwable {
        boolean changed = parts.isOutdated()
                || !upload.onePass() && parts.sent() > 0 && !link.files().isStill(upload.path(), upload.stat());
        if (changed) {
            link.sent().wasted(parts.sent());
            sending.orElseThrow().giveUp();
        } else {
            parts.check();
        }
    }
}
