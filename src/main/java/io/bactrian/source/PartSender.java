package io.bactrian.source;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.compare.SizeMismatch;
import io.bactrian.link.Link;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.upload.BufferPool;
import io.bactrian.upload.ContentUpload;
import io.bactrian.upload.FileChangedException;
import io.bactrian.upload.FileUpload;
import io.bactrian.upload.Part;
import io.bactrian.upload.PartQueue;
import io.bactrian.upload.SinglePassReader;
import io.bactrian.wire.Message;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The steps of {@code send-parts}, which sends a large file in parts. Thread-safe. */
public final class PartSender {
    private final Settings settings;
    private final BufferPool buffers;

    public PartSender(Supplier<Settings> settings) {
        this.settings = settings.get();
        this.buffers = new BufferPool(this.settings.value(Property.CONTENT_PART));
    }

    /** The parts of a file that the target lacks. */
    public Iterator<Part> parts(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") FileUpload upload,
            @Body Message.Content answer) {
        ContentUpload content = upload.content();
        Optional<SinglePassReader> pass = content.pass();
        if (pass.isPresent()) {
            return new PartQueue(upload.path(), content.size(), answer.id(), pass.get(), link.uploads().permits(), buffers, pass.get());
        }
        PartQueue.Reader reader = content.reader((range, into) -> link.files().part(upload.path(), range.offset(), into));
        return new PartQueue(upload.path(), content.size(),
                content.isGivenUp() ? new Message.Content(answer.id(), List.of(), false) : answer,
                settings.value(Property.CONTENT_PART), link.uploads().permits(), buffers, (range, into) -> {
                    if (!isStill(link, upload)) {
                        throw new FileChangedException(upload.path() + " changed while it was sent");
                    }
                    reader.read(range, into);
                    if (into.remaining() < range.length() && isStill(link, upload)) {
                        throw SizeMismatch.shorter(upload.path(), upload.file().stat().size());
                    }
                });
    }

    private static boolean isStill(Link link, FileUpload upload) throws IOException {
        return link.files().isStill(upload.path(), upload.file().stat());
    }

    /** The request with a part. */
    public TargetRequest request(@ExchangeProperty("parts") PartQueue parts, @Body Part part) throws IOException {
        parts.check(part);
        return new TargetRequest(part, part.id(), Map.of("Content-Range", part.contentRange()));
    }

    /** A part was sent: the next may follow. */
    public void partDone(@ExchangeProperty("parts") PartQueue parts, @ExchangeProperty("part") Part part) {
        parts.done(part);
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
    public void partsSent(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") FileUpload upload,
            @ExchangeProperty("parts") PartQueue parts) throws Throwable {
        boolean changed = parts.isOutdated() || !upload.file().onePass() && parts.sent() > 0 && !isStill(link, upload);
        if (changed) {
            link.sent().wasted(parts.sent());
            upload.content().giveUp();
        } else {
            parts.check();
        }
    }
}
