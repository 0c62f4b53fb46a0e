package io.bactrian.route;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.change.FileReader;
import io.bactrian.change.Touched;
import io.bactrian.change.Uploads;
import io.bactrian.change.Work;
import io.bactrian.content.Digester;
import io.bactrian.index.Held;
import io.bactrian.settings.Settings;
import io.bactrian.tree.Entry;
import io.bactrian.wire.Message;
import io.bactrian.wire.ProblemException;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the routes that stage large contents on a target. Thread-safe. */
public final class Uploader {
    private static final Logger LOG = LoggerFactory.getLogger(Uploader.class);

    private final Settings settings;

    public Uploader(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    // --- queue-content and send-contents

    /** Adds a large content to those that wait; tells whether nobody is sending any to this target now. */
    public boolean queue(@ExchangeProperty("link") Link link, @Body Work.Upload upload) {
        return link.uploads().queue(upload);
    }

    /** Whether there is a large content to send. */
    public boolean hasUpload(@ExchangeProperty("link") Link link) {
        return link.uploads().next();
    }

    /** The one that {@link #hasUpload} found. */
    public Work.Upload upload(@ExchangeProperty("link") Link link) {
        return link.uploads().current();
    }

    // --- send-content

    /**
     * Reads a large file for its digest, and for what of it the target may have; no answer if it is moving, and will
     * be looked at again.
     */
    public Optional<Sending> digest(@ExchangeProperty("link") Link link, @Body Work.Upload upload) {
        try {
            Delta delta = delta(link, upload);
            Digester digester = delta.digester();
            Optional<Uploads.Staged> staged = link.files().digest(upload.path(), upload.stat(), digester);
            if (staged.isEmpty()) {
                link.uploads().failed(upload.path());
                link.touchLater(upload.path(), Duration.ZERO);
            }
            return staged.map(is -> new Sending(upload, is, delta.found(is.digest(), digester)));
        } catch (IOException e) {
            link.uploads().failed(upload.path());
            link.troubles().add(link.name(), upload.path(), "cannot be read: " + FileReader.reason(e));
            return Optional.empty();
        }
    }

    private Delta delta(Link link, Work.Upload upload) {
        if (settings.deltaFrom() == 0 || upload.stat().size() < settings.deltaFrom()) {
            return Delta.none();
        }
        Optional<Entry.File> base = link.view().find(upload.path()).map(Held::entry)
                .filter(Entry.File.class::isInstance).map(Entry.File.class::cast)
                .filter(file -> file.size() >= settings.deltaFrom() && !link.uploads().isSentWhole(upload.path()));
        return Delta.of(upload.stat().size(), base, base.flatMap(file -> link.view().chunks(file.digest())));
    }

    /** Whether {@link #digest} had an answer. */
    public boolean isDigested(@ExchangeProperty("sending") Optional<Sending> sending) {
        return sending.isPresent();
    }

    /** Whether the target is to be asked, first or again, what it lacks. */
    public boolean isIncomplete(@ExchangeProperty("sending") Optional<Sending> sending) {
        return sending.orElseThrow().isIncomplete();
    }

    /** The request that announces a content. */
    public Message.OpenContent announce(@ExchangeProperty("sending") Optional<Sending> sending) {
        return sending.orElseThrow().announcement();
    }

    /** Takes the answer to it. */
    public void answered(@ExchangeProperty("sending") Optional<Sending> sending, @Body Message.Content answer)
            throws IOException {
        sending.orElseThrow().answered(answer);
    }

    /** Whether the target may have much of a content, but nobody here remembers what. */
    public boolean lacksChunks(@ExchangeProperty("sending") Optional<Sending> sending) {
        return sending.orElseThrow().lacksChunks();
    }

    /** What of a content the target lacks, in parts. */
    public Iterator<Part> parts(@ExchangeProperty("upload") Work.Upload upload, @Body Message.Content content) {
        return new Parts(upload.path(), upload.stat().size(), content, settings.contentPart(),
                settings.contentParallel());
    }

    /** The target has the content: a change can name it. */
    public void staged(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Optional<Sending> sending) {
        Uploads.Staged staged = sending.orElseThrow().staged();
        sending.get().chunks().ifPresent(chunks -> link.view().chunks(staged.digest(), chunks));
        link.touch(List.of(Touched.entry(upload.path())));
        link.uploads().done(upload.path(), staged);
    }

    /** The content could not be sent; the path is compared anew. */
    public void uploadFailed(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        LOG.debug("{}: {}", link, upload.path(), fault);
        link.uploads().failed(upload.path());
        if (fault instanceof ProblemException problem && problem.problem().isContentMismatch()) {
            // What was copied of the base was not what this side remembers of it.
            link.uploads().sendWhole(upload.path());
            link.touchLater(upload.path(), Duration.ZERO);
            return;
        }
        link.touchLater(upload.path(), Duration.ofSeconds(1));
        if (!Faults.isLocal(fault)) {
            link.disconnect();
        }
    }

    // --- learn-chunks

    /** Whether there are chunks to ask for. */
    public boolean isLearning(@ExchangeProperty("sending") Optional<Sending> sending) {
        return sending.orElseThrow().isLearning();
    }

    /** The question for the next chunks. */
    public Message.AskChunks askChunks(@ExchangeProperty("sending") Optional<Sending> sending) {
        return sending.orElseThrow().question();
    }

    /** Takes the answer to it. */
    public void learnChunks(@ExchangeProperty("sending") Optional<Sending> sending, @Body Message.Chunks answer) {
        sending.orElseThrow().learn(answer);
    }

    /** The target does not tell: the content goes whole. */
    public void chunksUnknown(@ExchangeProperty("sending") Optional<Sending> sending) {
        sending.orElseThrow().stopLearning();
    }

    // --- send-part

    /** The call that takes a part to its place. */
    public String call(@Body Part part) {
        return "PUT content/" + part.id();
    }

    /** The bytes of a part. */
    public byte[] read(@ExchangeProperty("link") Link link, @Body Part part) throws IOException {
        byte[] bytes = link.files().part(part.path(), part.range().offset(), (int) part.range().length());
        if (bytes.length != part.range().length()) {
            throw new FileChangedException(part.path() + " became shorter while it was sent");
        }
        return bytes;
    }

    /** A part is sent: the next may go. */
    public void partDone(@ExchangeProperty("parts") Parts parts) {
        parts.done();
    }

    /** A part could not be sent: there is no next. */
    public void partFailed(@ExchangeProperty("parts") Parts parts,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) throws Exception {
        parts.fail();
        throw fault;
    }
}
