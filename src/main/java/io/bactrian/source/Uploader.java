package io.bactrian.source;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

import io.bactrian.compare.HashedFile;
import io.bactrian.content.DeltaEncoder;
import io.bactrian.content.Digester;
import io.bactrian.fault.Faults;
import io.bactrian.host.ContextBean;
import io.bactrian.index.IndexEntry;
import io.bactrian.link.LargeFileNotices;
import io.bactrian.link.Link;
import io.bactrian.link.LinkFaults;
import io.bactrian.plan.Work;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.tree.Entry;
import io.bactrian.upload.ContentUpload;
import io.bactrian.upload.Delta;
import io.bactrian.upload.FileUpload;
import io.bactrian.upload.Hashing;
import io.bactrian.upload.HashingPass;
import io.bactrian.upload.SinglePassReader;
import io.bactrian.wire.Message;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.WireHeaders;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/**
 * The bean behind {@code send-contents} and {@code announce-content}: it decides how a large file is sent (whole, as a delta, in a
 * single pass), announces it, and ends its upload. Thread-safe.
 */
public final class Uploader extends ContextBean {
    /** From this size on, a file is hashed while it is sent, which costs one more request. */
    private static final long SENT_AT_ONCE = 16L << 20;
    /** The delay of a file whose content is being sent for another path. */
    private static final Duration DUPLICATE_DELAY = Duration.ofMillis(100);

    private final Settings settings;
    private ExecutorService hashers;

    public Uploader(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    // --- compare-changes

    /** Queues a large file; returns its link if another sender may start, otherwise null. */
    public Link queue(@ExchangeProperty("link") Link link, @Body Work.Upload upload) {
        return link.uploads().queue(upload) ? link : null;
    }

    // --- send-contents

    /** Takes the next upload; null if there is none. */
    public FileUpload next(@ExchangeProperty("link") Link link) {
        return link.uploads().next().map(FileUpload::new).orElse(null);
    }

    /** Reads a large file as far as is necessary before it can be sent. If it changes meanwhile, its path is compared again. */
    public void begin(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") FileUpload upload) {
        long begun = System.nanoTime();
        if (link.uploads().staged(upload.path()).isPresent()) {
            // Queued before that was staged: the target does not have the base of the next version yet.
            end(link, upload, Duration.ZERO);
            return;
        }
        try {
            Optional<ContentUpload> content = upload.file().onePass() ? inOnePass(link, upload.file()) : prepare(link, upload.file());
            if (content.isEmpty()) {
                link.files().largeFileTiming().changed(upload.path(), System.nanoTime() - begun);
                end(link, upload, Duration.ZERO);
            } else if (link.uploads().claim(upload.path(), content.get().content())) {
                upload.begin(content.get());
            } else {
                content.get().close();
                end(link, upload, DUPLICATE_DELAY);
            }
        } catch (IOException e) {
            LargeFileNotices.unreadable(link, upload.path(), e);
        }
    }

    private Optional<ContentUpload> prepare(Link link, Work.Upload upload) throws IOException {
        long size = upload.stat().size();
        boolean whole = link.uploads().isSentWhole(upload.path());
        Delta delta = delta(link, upload, whole);
        if (delta.isKnown()) {
            return compared(link, upload, delta);
        }
        if (size >= SENT_AT_ONCE && !whole && delta.base().isEmpty() && !link.view().holdsSize(size)
                && !link.uploads().isStaged(size)) {
            return Optional.of(new ContentUpload(upload, new HashingPass(link.files(), upload), Delta.Found.NOTHING));
        }
        Digester digester = delta.digester();
        return link.files().digest(upload.path(), upload.stat(), digester)
                .map(is -> new ContentUpload(upload, is, delta.found(is.digest(), digester)));
    }

    /** Sends the file as it is now, not as it was when it was compared. */
    private Optional<ContentUpload> inOnePass(Link link, Work.Upload upload) throws IOException {
        return link.files().stat(upload.path()).filter(stat -> stat.size() > 0).map(stat -> {
            Work.Upload now = new Work.Upload(upload.path(), stat, true);
            Delta delta = delta(link, now, link.uploads().isSentWhole(upload.path()));
            SinglePassReader pass = new SinglePassReader(link.files(), now, delta.bits(), settings.value(Property.CONTENT_PART));
            delta.known().ifPresent(list -> pass.base(new DeltaEncoder.Base(delta.base().orElseThrow().digest(), list)));
            return new ContentUpload(now, pass, delta.bits(), delta.isKnown() ? Optional.empty() : delta.base());
        });
    }

    private Delta delta(Link link, Work.Upload upload, boolean whole) {
        long size = upload.stat().size();
        Optional<Entry.File> base = link.view().find(upload.path()).map(IndexEntry::entry)
                .filter(Entry.File.class::isInstance).map(Entry.File.class::cast)
                .filter(file -> mayBeDelta(size) && mayBeDelta(file.size()) && !whole);
        return Delta.of(size, base, base.flatMap(file -> link.view().chunks(file.digest())));
    }

    private boolean mayBeDelta(long size) {
        return settings.value(Property.DELTA_FROM) > 0 && size >= settings.value(Property.DELTA_FROM);
    }

    /** Finds the changed parts by chunks, which takes a fraction of the time of the digest, and sends them meanwhile. */
    private Optional<ContentUpload> compared(Link link, Work.Upload upload, Delta delta) throws IOException {
        Hashing hashing = Hashing.of(hashers.submit(() -> link.files().digest(upload.path(), upload.stat())));
        Optional<ContentUpload> sending = Optional.empty();
        try {
            Delta.Cut cut = delta.new Cut();
            boolean still = link.files().readStill(upload.path(), upload.stat(), cut::update)
                    && link.files().isStill(upload.path(), upload.stat());
            if (!still) {
                return Optional.empty();
            }
            Delta.Found found = cut.found();
            boolean changed = found.recipe().filter(recipe -> !recipe.isAll(upload.stat().size())).isPresent();
            sending = changed && upload.stat().size() >= SENT_AT_ONCE ? Optional.of(new ContentUpload(upload, hashing, found))
                    : hashing.finish().map(is -> new ContentUpload(upload, is, found.of(is.digest())));
            return sending;
        } finally {
            if (sending.isEmpty()) {
                hashing.close();
            }
        }
    }

    /**
     * Ends an upload; its path is compared again. The path is added first, so that the link does not appear to be in step in between,
     * and again if a comparison could not queue the file because the upload had not ended.
     */
    private static void end(Link link, FileUpload upload, Duration after) {
        link.touchLater(upload.path(), after);
        upload.end();
        if (link.uploads().ended(upload.path())) {
            link.touchLater(upload.path(), after);
        }
    }

    /** Whether the target must be asked, first or again, what it lacks. */
    public boolean isIncomplete(@ExchangeProperty("upload") FileUpload upload) {
        return upload.begun().filter(ContentUpload::isIncomplete).isPresent();
    }

    /** Whether the target has the content. */
    public boolean isStaged(@ExchangeProperty("upload") FileUpload upload) {
        return upload.begun().flatMap(ContentUpload::staged).isPresent();
    }

    /** The target has the content: a change can use it. */
    public void staged(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") FileUpload upload) {
        ContentUpload content = upload.content();
        HashedFile staged = content.staged().orElseThrow();
        content.tellSaved(link.sent());
        if (content.chunks().isPresent()) {
            link.view().chunks(staged.digest(), content.chunks().get());
        } else if (mayBeDelta(upload.file().stat().size())) {
            link.uploads().findChunksLater(upload.path(), staged);
        }
        LargeFileNotices.staged(link, upload);
        link.uploads().staged(upload.path(), staged);
        end(link, upload, Duration.ZERO);
    }

    /** The content could not be sent; the path is compared again. */
    public void uploadFailed(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") FileUpload upload,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        upload.begun().ifPresent(content -> content.brokeOff(link.files()));
        if (LinkFaults.isUnexpected(fault)) {
            link.watchCoverage().faulted("the upload of " + upload.path(), fault);
        }
        LinkFaults.note(link, upload.path(), fault);
        link.sent().error(LinkFaults.kind(fault));
        if (fault instanceof ProblemException problem && problem.problem().isContentMismatch()) {
            if (upload.file().onePass() || link.uploads().isSentWhole(upload.path())) {
                // The base at the target was not what the view says.
                link.uploads().sendWhole(upload.path());
            }
            // Or the file changed, with the same stat, between the read that was hashed and the one that was sent.
            link.files().largeFileTiming().readInOnePass(upload.path());
            end(link, upload, Duration.ZERO);
        } else if (fault instanceof ProblemException problem && problem.problem().isStorage()) {
            link.heldPaths().add(link.name(), upload.path(), problem.problem().detail());
            upload.end();
            link.uploads().ended(upload.path());
        } else if (Faults.find(fault, FileSystemException.class).isPresent()) {
            upload.end();
            LargeFileNotices.unreadable(link, upload.path(), Faults.find(fault, FileSystemException.class).get());
        } else {
            end(link, upload, Duration.ofSeconds(1));
            if (!LinkFaults.isLocal(fault)) {
                link.disconnect();
            }
        }
    }

    /** Whether the target must discard the upload because the file has changed or was removed meanwhile. */
    public boolean isAbandoned(@ExchangeProperty("upload") FileUpload upload) {
        return upload.begun().flatMap(ContentUpload::abandoned).isPresent();
    }

    /** The uploads that the target must discard. */
    public List<String> abandoned(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") FileUpload upload) {
        link.uploads().dropped(upload.path());
        return upload.content().abandoned().stream().toList();
    }

    /** The upload was discarded; the path is compared again, unless it will be because the upload failed. */
    public void dropped(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") FileUpload upload) {
        if (!upload.isEnded()) {
            if (upload.content().isRefused()) {
                link.uploads().sendWhole(upload.path());
            }
            link.files().largeFileTiming().changed(upload.path(), upload.content().cost());
            end(link, upload, Duration.ZERO);
        }
    }

    // --- announce-content

    /**
     * The request that announces a content.
     *
     * @param holes the ranges that need not be sent, as the header says them; empty if there are none
     */
    public TargetRequest announce(@ExchangeProperty("upload") FileUpload upload, @ExchangeProperty("holes") String holes) {
        TargetRequest request = new TargetRequest(upload.content().announcement());
        return holes.isEmpty() ? request : request.with(WireHeaders.HOLES, holes);
    }

    /** Takes the answer to it. */
    public void answered(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") FileUpload upload,
            @Body Message.Content answer) throws IOException {
        link.uploads().opened(upload.path(), answer.id(), upload.content().isOpen());
        upload.content().answered(answer, isOutdated(link, upload));
    }

    private static boolean isOutdated(Link link, FileUpload upload) {
        return link.uploads().staged(upload.path()).isPresent() || link.view().find(upload.path()).map(IndexEntry::entry)
                .filter(held -> held instanceof Entry.File file && upload.content().base().filter(file.digest()::equals).isPresent())
                .isEmpty();
    }

    /** Whether the target has an earlier version whose chunks are not known here. */
    public boolean lacksChunks(@ExchangeProperty("upload") FileUpload upload) {
        return upload.content().lacksChunks();
    }

    /** Begins to ask for the chunks of that version. */
    public void beginLearning(@ExchangeProperty("upload") FileUpload upload) {
        upload.content().beginLearning();
    }

    /** Whether there are more chunks to ask for. */
    public boolean isLearning(@ExchangeProperty("upload") FileUpload upload) {
        return upload.content().isLearning();
    }

    /** The request for the next chunks. */
    public Message.AskChunks askChunks(@ExchangeProperty("upload") FileUpload upload) {
        return upload.content().question();
    }

    /** Takes the answer to it. */
    public void learnChunks(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") FileUpload upload,
            @Body Message.Chunks answer) {
        upload.content().learn(answer, isOutdated(link, upload));
    }

    /** The target does not answer: the content is sent whole. */
    public void chunksUnknown(@ExchangeProperty("upload") FileUpload upload) {
        upload.content().stopLearning();
    }

    /** Computes the digest of a content, if it is not known yet. */
    public void finish(@ExchangeProperty("upload") FileUpload upload) throws IOException {
        upload.content().finish();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        this.hashers = camelContext.getExecutorServiceManager().newCachedThreadPool(this, "bactrian-hash");
    }
}
