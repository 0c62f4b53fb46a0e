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
import io.bactrian.upload.Hashing;
import io.bactrian.upload.HashingPass;
import io.bactrian.upload.SinglePassReader;
import io.bactrian.wire.Message;
import io.bactrian.wire.ProblemException;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/**
 * The bean behind {@code send-contents}, {@code send-content} and {@code announce-content}: it decides how a large file is sent
 * (whole, as a delta, in a single pass), announces it, and ends its upload. Thread-safe.
 */
public final class Uploader implements CamelContextAware {

    /** From this size on, a file is hashed while it is sent, which costs one more request. */
    private static final long SENT_AT_ONCE = 16L << 20;
    /** The delay of a file whose content is being sent for another path. */
    private static final Duration DUPLICATE_DELAY = Duration.ofMillis(100);

    private final Settings settings;
    private CamelContext camelContext;
    private ExecutorService hashers;

    public Uploader(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    // --- send-changes, send-contents

    /** Queues an upload; returns whether another sender may start. */
    public boolean queue(@ExchangeProperty("link") Link link, @Body Work.Upload upload) {
        return link.uploads().queue(upload);
    }

    /** Takes the next upload; null if there is none. */
    public Work.Upload next(@ExchangeProperty("link") Link link) {
        return link.uploads().next().orElse(null);
    }

    // --- send-content

    /**
     * Reads a large file as far as is necessary before it can be sent; empty if it changes meanwhile, in which case its path is
     * compared again.
     */
    public Optional<ContentUpload> begin(@ExchangeProperty("link") Link link, @Body Work.Upload upload) {
        long begun = System.nanoTime();
        if (link.uploads().staged(upload.path()).isPresent()) {
            // Queued before that was staged: the target does not have the base of the next version yet.
            end(link, upload, Duration.ZERO);
            return Optional.empty();
        }
        try {
            Optional<ContentUpload> sending = upload.onePass() ? inOnePass(link, upload) : prepare(link, upload);
            if (sending.isEmpty()) {
                link.files().largeFileTiming().changed(upload.path(), System.nanoTime() - begun);
                end(link, upload, Duration.ZERO);
            } else if (!link.uploads().claim(upload.path(), sending.get().content())) {
                sending.get().close();
                end(link, upload, DUPLICATE_DELAY);
                return Optional.empty();
            }
            return sending;
        } catch (IOException e) {
            LargeFileNotices.unreadable(link, upload.path(), e);
            return Optional.empty();
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
    private static void end(Link link, Work.Upload upload, Duration after) {
        link.touchLater(upload.path(), after);
        if (link.uploads().ended(upload.path())) {
            link.touchLater(upload.path(), after);
        }
    }

    /** Computes the digest of a content, if it is not known yet. */
    public void finish(@ExchangeProperty("sending") Optional<ContentUpload> sending) throws IOException {
        sending.orElseThrow().finish();
    }

    /** Whether the target has the content. */
    public boolean isStaged(@ExchangeProperty("sending") Optional<ContentUpload> sending) {
        return sending.flatMap(ContentUpload::staged).isPresent();
    }

    /** Whether the target must discard the upload because the file has changed meanwhile. */
    public boolean isAbandoned(@ExchangeProperty("sending") Object sending) {
        return sending instanceof Optional<?> begun && begun.flatMap(is -> ((ContentUpload) is).abandoned()).isPresent();
    }

    /** The uploads that the target must discard. */
    public List<String> abandoned(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Optional<ContentUpload> sending) {
        link.uploads().dropped(upload.path());
        return sending.flatMap(ContentUpload::abandoned).stream().toList();
    }

    /** The upload was discarded; the path is compared again. */
    public void dropped(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Optional<ContentUpload> sending) {
        if (sending.orElseThrow().isRefused()) {
            link.uploads().sendWhole(upload.path());
        }
        link.files().largeFileTiming().changed(upload.path(), sending.get().cost());
        end(link, upload, Duration.ZERO);
    }

    /** Whether the target must be asked, first or again, what it lacks. */
    public boolean isIncomplete(@ExchangeProperty("sending") Optional<ContentUpload> sending) {
        return sending.filter(ContentUpload::isIncomplete).isPresent();
    }

    /** The request that announces a content. */
    public Message.OpenContent announce(@ExchangeProperty("sending") Optional<ContentUpload> sending) {
        return sending.orElseThrow().announcement();
    }

    /** Takes the answer to it. */
    public void answered(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Optional<ContentUpload> sending, @Body Message.Content answer) throws IOException {
        link.uploads().opened(upload.path(), answer.id(), sending.orElseThrow().isOpen());
        sending.get().answered(answer, isOutdated(link, upload, sending.get()));
    }

    private static boolean isOutdated(Link link, Work.Upload upload, ContentUpload sending) {
        return link.uploads().staged(upload.path()).isPresent() || link.view().find(upload.path()).map(IndexEntry::entry)
                .filter(held -> held instanceof Entry.File file && sending.base().filter(file.digest()::equals).isPresent())
                .isEmpty();
    }

    /** Whether the target has an earlier version whose chunks are not known here. */
    public boolean lacksChunks(@ExchangeProperty("sending") Optional<ContentUpload> sending) {
        return sending.orElseThrow().lacksChunks();
    }

    /** The target has the content: a change can use it. */
    public void staged(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Optional<ContentUpload> sending) {
        HashedFile staged = sending.orElseThrow().staged().orElseThrow();
        sending.get().tellSaved(link.sent());
        if (sending.get().chunks().isPresent()) {
            link.view().chunks(staged.digest(), sending.get().chunks().get());
        } else if (mayBeDelta(upload.stat().size())) {
            link.uploads().findChunksLater(upload.path(), staged);
        }
        LargeFileNotices.staged(link, upload, sending.get());
        link.uploads().staged(upload.path(), staged);
        end(link, upload, Duration.ZERO);
    }

    /** The content could not be sent; the path is compared again. */
    public void uploadFailed(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Object sending, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        if (sending instanceof Optional<?> begun && begun.isPresent()) {
            ((ContentUpload) begun.get()).brokeOff(link.files());
        }
        if (LinkFaults.isUnexpected(fault)) {
            link.watchCoverage().faulted("the upload of " + upload.path(), fault);
        }
        LinkFaults.note(link, upload.path(), fault);
        link.sent().error(LinkFaults.kind(fault));
        if (fault instanceof ProblemException problem && problem.problem().isContentMismatch()) {
            if (upload.onePass() || link.uploads().isSentWhole(upload.path())) {
                // The base at the target was not what the view says.
                link.uploads().sendWhole(upload.path());
            }
            // Or the file changed, with the same stat, between the read that was hashed and the one that was sent.
            link.files().largeFileTiming().readInOnePass(upload.path());
            end(link, upload, Duration.ZERO);
        } else if (fault instanceof ProblemException problem && problem.problem().isStorage()) {
            link.heldPaths().add(link.name(), upload.path(), problem.problem().detail());
            link.uploads().ended(upload.path());
        } else if (Faults.find(fault, FileSystemException.class).isPresent()) {
            LargeFileNotices.unreadable(link, upload.path(), Faults.find(fault, FileSystemException.class).get());
        } else {
            end(link, upload, Duration.ofSeconds(1));
            if (!LinkFaults.isLocal(fault)) {
                link.disconnect();
            }
        }
    }

    // --- announce-content

    /** Whether there are chunks to ask for. */
    public boolean isLearning(@ExchangeProperty("sending") Optional<ContentUpload> sending) {
        return sending.orElseThrow().isLearning();
    }

    /** The request for the next chunks. */
    public Message.AskChunks askChunks(@ExchangeProperty("sending") Optional<ContentUpload> sending) {
        return sending.orElseThrow().question();
    }

    /** Takes the answer to it. */
    public void learnChunks(@ExchangeProperty("link") Link link, @ExchangeProperty("upload") Work.Upload upload,
            @ExchangeProperty("sending") Optional<ContentUpload> sending, @Body Message.Chunks answer) {
        sending.orElseThrow().learn(answer, isOutdated(link, upload, sending.get()));
    }

    /** The target does not answer: the content is sent whole. */
    public void chunksUnknown(@ExchangeProperty("sending") Optional<ContentUpload> sending) {
        sending.orElseThrow().stopLearning();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        this.hashers = camelContext.getExecutorServiceManager().newCachedThreadPool(this, "bactrian-hash");
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }
}
