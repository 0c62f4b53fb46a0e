package io.bactrian.upload;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

import io.bactrian.compare.FileReader;
import io.bactrian.compare.HashedFile;
import io.bactrian.content.ChunkList;
import io.bactrian.content.DeltaEncoder;
import io.bactrian.content.Range;
import io.bactrian.content.Recipe;
import io.bactrian.measure.LinkCounters;
import io.bactrian.plan.Work;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.wire.Message;

/**
 * The upload of one large content to a target. Its digest is known beforehand, or only after the content was sent;
 * until then a key identifies it, which stays the same as long as the file does. With a recipe the target is asked
 * until it has assembled the content; without one it is asked once. Not thread-safe.
 */
public final class ContentUpload implements AutoCloseable {
    /** Rounds after which a target that again lacks what it was sent is considered to lose data. */
    private static final int MOST_ROUNDS = 5;

    private final Work.Upload upload;
    private final Optional<Hashing> hashing;
    private final Optional<Digest> key;
    private final Optional<SinglePassReader> pass;
    private final int bits;
    private final long begun = System.nanoTime();
    private final Optional<Entry.File> unknown;
    private Optional<ChunkList> chunks;
    private Optional<HashedFile> staged;
    private Optional<Recipe> recipe;
    private Optional<ChunkList.Builder> learned = Optional.empty();
    private boolean learning;
    private boolean incomplete = true;
    private boolean lacking;
    private boolean put;
    private boolean vain;
    private boolean givenUp;
    private boolean refused;
    private int rounds;
    private long lacked;
    private String id = "";

    /** Uploads a content whose digest is known. */
    public ContentUpload(Work.Upload upload, HashedFile staged, Delta.Found delta) {
        this(upload, Optional.of(staged), delta, Optional.empty(), Optional.empty());
    }

    /** Uploads a content whose digest is computed meanwhile. */
    public ContentUpload(Work.Upload upload, Hashing hashing, Delta.Found delta) {
        this(upload, Optional.empty(), delta, Optional.of(hashing), Optional.empty());
    }

    /**
     * Uploads a content exactly as a single pass reads it.
     *
     * @param unknown the file of the target that may serve as base, once its chunks are known
     */
    public ContentUpload(Work.Upload upload, SinglePassReader pass, int bits, Optional<Entry.File> unknown) {
        this(upload, Optional.empty(), new Delta.Found(Optional.empty(), Optional.empty(), unknown), Optional.empty(),
                Optional.of(new Read(pass, bits)));
    }

    private record Read(SinglePassReader pass, int bits) {
    }

    private ContentUpload(Work.Upload upload, Optional<HashedFile> staged, Delta.Found delta, Optional<Hashing> hashing,
            Optional<Read> read) {
        this.pass = read.map(Read::pass);
        this.bits = read.map(Read::bits).or(() -> delta.chunks().map(ChunkList::bits)).orElse(0);
        this.upload = upload;
        this.staged = staged;
        this.hashing = hashing;
        // Two passes over a file that is being written have nothing in common
        this.key = hashing.map(is -> upload.key()).or(() -> pass.map(is -> Digest.of(UUID.randomUUID().toString().getBytes(US_ASCII))));
        this.chunks = delta.chunks();
        this.recipe = delta.recipe();
        this.unknown = delta.base();
    }

    /** The content, once the target has all of it. */
    public Optional<HashedFile> staged() {
        return staged;
    }

    /** Identifies the content: its digest, or its size while the digest is unknown. */
    public Object content() {
        return pass.isPresent() ? upload.path()
                : staged.<Object>map(HashedFile::digest).orElse(upload.stat().size());
    }

    /** The chunks of the content, for later deltas. */
    public Optional<ChunkList> chunks() {
        return chunks;
    }

    public boolean isIncomplete() {
        return incomplete;
    }

    /** The pass that produces the parts, until it has ended. */
    public Optional<SinglePassReader> pass() {
        return pass.filter(is -> staged.isEmpty() && !givenUp);
    }

    public long size() {
        return upload.stat().size();
    }

    /** Time since the upload began, in nanoseconds. */
    public long nanos() {
        return System.nanoTime() - begun;
    }

    /** Nanoseconds of processor time that are to be saved by not reading the file for a while. */
    public long cost() {
        return pass.map(SinglePassReader::cost).orElseGet(this::nanos);
    }

    /** Gives up: the file has changed meanwhile, or cannot be assembled as planned. What was sent is wasted. */
    public void giveUp() {
        givenUp = true;
        incomplete = false;
        staged = Optional.empty();
        close();
    }

    public boolean isGivenUp() {
        return givenUp;
    }

    /** Whether it was given up because the target does not hold the expected base. */
    public boolean isRefused() {
        return refused;
    }

    public Message.OpenContent announcement() {
        return new Message.OpenContent(staged.map(HashedFile::digest), upload.stat().size(), recipe, key);
    }

    /** The digest of the target's file that serves as base, or may do so. */
    public Optional<Digest> base() {
        return recipe.map(Recipe::base).or(() -> unknown.map(Entry.File::digest));
    }

    /** Whether the target has an open upload for it. */
    public boolean isOpen() {
        return !id.isEmpty();
    }

    /**
     * Handles the target's answer.
     *
     * @param outdated whether the base was, or is being, replaced on the target
     * @throws IOException if the target does not keep what it receives
     */
    public void answered(Message.Content answer, boolean outdated) throws IOException {
        id = answer.id();
        lacking = !answer.missing().isEmpty();
        long lacks = answer.missing().stream().mapToLong(Range::length).sum();
        if (outdated && recipe.filter(is -> lacks > size() - is.copied()).isPresent()) {
            // Compared with the current base, little will be new.
            giveUp();
            return;
        }
        lacked += lacks;
        put = !answer.busy() && (pass.isPresent() || recipe.isEmpty() || !lacking);
        if (lacking && pass().isEmpty() && ++rounds > MOST_ROUNDS) {
            throw new IOException("the target still lacks parts of " + upload.path() + " although all were sent");
        }
        if (pass.isPresent() && staged.isPresent() && lacking) {
            refused = true;
            giveUp();
            return;
        }
        incomplete = staged.isEmpty() || lacksChunks() || answer.busy() || lacking && recipe.isPresent();
    }

    // --- Hashing while sending

    /** Wraps the reader of the parts; while the content is being hashed, each part can be read only once. */
    public PartQueue.Reader reader(PartQueue.Reader plain) {
        return staged.isPresent() ? plain : hashing.<PartQueue.Reader>map(is -> is.reader(plain)).orElse(plain);
    }

    /** Takes the digest, once the target was sent all that it lacked. Gives up if the file changed meanwhile. */
    public void finish() throws IOException {
        if (staged.isEmpty() && put && !givenUp) {
            staged = pass.isPresent() ? pass.get().finish() : hashing.orElseThrow().finish();
            incomplete = staged.isPresent();
            pass.ifPresent(is -> {
                recipe = is.recipe();
                chunks = is.chunks();
                lacked = is.sent();
            });
        }
    }

    /** Counts the bytes that the target had already. */
    public void tellSaved(LinkCounters sent) {
        long saved = Math.max(0, upload.stat().size() - lacked);
        if (recipe.isPresent()) {
            sent.savedByDelta(saved);
        } else {
            sent.savedByCopy(saved);
        }
    }

    /** The id of an upload at the target that no change will name, if there is one. */
    public Optional<String> abandoned() {
        return !id.isEmpty() && (vain || staged.isEmpty() && !incomplete) ? Optional.of(id) : Optional.empty();
    }

    /** The upload was interrupted. It is not resumed if the file is gone or has been replaced. */
    public void brokeOff(FileReader files) {
        close();
        try {
            vain = !files.isStill(upload.path(), upload.stat());
        } catch (IOException e) {
            vain = true;
        }
    }

    /** Stops the hashing. */
    @Override
    public void close() {
        hashing.ifPresent(Hashing::close);
        pass.ifPresent(SinglePassReader::close);
    }

    // --- Learning the chunks of the base

    public boolean lacksChunks() {
        return !givenUp && lacking && unknown.isPresent() && bits > 0 && (pass.isEmpty() || pass().isPresent()) && learned.isEmpty();
    }

    public void beginLearning() {
        learned = Optional.of(new ChunkList.Builder(bits));
        learning = true;
    }

    public boolean isLearning() {
        return learning;
    }

    public Message.AskChunks question() {
        Entry.File base = unknown.orElseThrow();
        return new Message.AskChunks(base.digest(), base.size(), bits, learned.orElseThrow().end());
    }

    /**
     * Handles the chunks of the base that the target sent.
     *
     * @param outdated whether the base was, or is being, replaced on the target
     */
    public void learn(Message.Chunks answer, boolean outdated) {
        try {
            ChunkList next = ChunkList.of(answer.list());
            learned.orElseThrow().add(next);
            long left = unknown.orElseThrow().size() - learned.get().end();
            if (left == 0) {
                ChunkList has = learned.get().build();
                pass.ifPresentOrElse(is -> is.base(new DeltaEncoder.Base(unknown.get().digest(), has)),
                        () -> recipe = Recipe.between(unknown.get().digest(), has, chunks.orElseThrow()));
                // Nothing was sent yet of what the target lacked without a recipe.
                lacked = 0;
            }
            learning = left > 0 && next.count() > 0;
            if (outdated && left > 0 && !learning) {
                giveUp();
            }
        } catch (IllegalArgumentException e) {
            // The target may be of another version. Without chunks there is no delta, which is correct but slower.
            stopLearning();
        }
    }

    public void stopLearning() {
        learning = false;
    }
}
