package io.bactrian.upload;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

import io.bactrian.change.FileReader;
import io.bactrian.change.Uploads;
import io.bactrian.change.Work;
import io.bactrian.content.ChunkList;
import io.bactrian.content.DeltaEncoder;
import io.bactrian.content.Range;
import io.bactrian.content.Recipe;
import io.bactrian.measure.LinkCounters;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.wire.Message;

/**
 * One large content on its way to a target. Its digest is known before or only after it was sent; until then it has a
 * key, which is the same as long as the file is. With a recipe the target is asked until it has put the content
 * together; without one it is asked once. Not thread-safe.
 */
public final class ContentUpload implements AutoCloseable {
    /** A target that lacks something again so often after it was sent loses it. */
    private static final int MOST_ROUNDS = 5;

    private final Work.Upload upload;
    private final Optional<Hashing> hashing;
    private final Optional<Digest> key;
    private final Optional<SinglePassReader> pass;
    private final int bits;
    private final long begun = System.nanoTime();
    private final Optional<Entry.File> unknown;
    private Optional<ChunkList> chunks;
    private Optional<Uploads.Staged> staged;
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

    /** A content of which all is known. */
    public ContentUpload(Work.Upload upload, Uploads.Staged staged, Delta.Found delta) {
        this(upload, Optional.of(staged), delta, Optional.empty(), Optional.empty());
    }

    /** A content whose digest is still to be found. */
    public ContentUpload(Work.Upload upload, Hashing hashing, Delta.Found delta) {
        this(upload, Optional.empty(), delta, Optional.of(hashing), Optional.empty());
    }

    /**
     * A content that is sent as one reading finds it.
     *
     * @param unknown what of the target's it can be made of, once it is learned how that is cut
     */
    public ContentUpload(Work.Upload upload, SinglePassReader pass, int bits, Optional<Entry.File> unknown) {
        this(upload, Optional.empty(), new Delta.Found(Optional.empty(), Optional.empty(), unknown), Optional.empty(),
                Optional.of(new Read(pass, bits)));
    }

    private record Read(SinglePassReader pass, int bits) {
    }

    private ContentUpload(Work.Upload upload, Optional<Uploads.Staged> staged, Delta.Found delta, Optional<Hashing> hashing,
            Optional<Read> read) {
        this.pass = read.map(Read::pass);
        this.bits = read.map(Read::bits).or(() -> delta.chunks().map(ChunkList::bits)).orElse(0);
        this.upload = upload;
        this.staged = staged;
        this.hashing = hashing;
        // Two readings of a file that is written meanwhile have nothing in common
        this.key = hashing.map(is -> upload.key()).or(() -> pass.map(is -> Digest.of(UUID.randomUUID().toString().getBytes(US_ASCII))));
        this.chunks = delta.chunks();
        this.recipe = delta.recipe();
        this.unknown = delta.base();
    }

    /** The content, once the target has all of it. */
    public Optional<Uploads.Staged> staged() {
        return staged;
    }

    /** What tells two contents apart: the digest, or the size if that is still to be found. */
    public Object content() {
        return pass.isPresent() ? upload.path()
                : staged.<Object>map(Uploads.Staged::digest).orElse(upload.stat().size());
    }

    /** The chunks of the content, to be remembered. */
    public Optional<ChunkList> chunks() {
        return chunks;
    }

    public boolean isIncomplete() {
        return incomplete;
    }

    /** The reading that gives its parts, as long as it has not come to its end. */
    public Optional<SinglePassReader> pass() {
        return pass.filter(is -> staged.isEmpty() && !givenUp);
    }

    public long size() {
        return upload.stat().size();
    }

    /** How long ago it was begun. */
    public long nanos() {
        return System.nanoTime() - begun;
    }

    /** What has to be made up for by not reading the file for a while, in nanoseconds. */
    public long cost() {
        return pass.map(SinglePassReader::cost).orElseGet(this::nanos);
    }

    /** The file has changed meanwhile, or cannot be made as it was thought: what was sent was sent for nothing. */
    public void giveUp() {
        givenUp = true;
        incomplete = false;
        staged = Optional.empty();
        close();
    }

    public boolean isGivenUp() {
        return givenUp;
    }

    /** Whether it was given up because the target does not hold what it was to be made of. */
    public boolean isRefused() {
        return refused;
    }

    public Message.OpenContent announcement() {
        return new Message.OpenContent(staged.map(Uploads.Staged::digest), upload.stat().size(), recipe, key);
    }

    /** What of the target's it is made of, or may be. */
    public Optional<Digest> base() {
        return recipe.map(Recipe::base).or(() -> unknown.map(Entry.File::digest));
    }

    /** Whether the target has an upload for it. */
    public boolean isOpen() {
        return !id.isEmpty();
    }

    /**
     * @param outdated whether the target has, or is just being given, another file in the place of the base
     * @throws IOException if the target does not keep what it gets
     */
    public void answered(Message.Content answer, boolean outdated) throws IOException {
        id = answer.id();
        lacking = !answer.missing().isEmpty();
        long lacks = answer.missing().stream().mapToLong(Range::length).sum();
        if (outdated && recipe.filter(is -> lacks > size() - is.copied()).isPresent()) {
            // Compared with what it holds now, little will be new.
            giveUp();
            return;
        }
        lacked += lacks;
        put = !answer.busy() && (pass.isPresent() || recipe.isEmpty() || !lacking);
        if (lacking && pass().isEmpty() && ++rounds > MOST_ROUNDS) {
            throw new IOException("the target goes on lacking parts of " + upload.path());
        }
        if (pass.isPresent() && staged.isPresent() && lacking) {
            refused = true;
            giveUp();
            return;
        }
        incomplete = staged.isEmpty() || lacksChunks() || answer.busy() || lacking && recipe.isPresent();
    }

    // --- What is hashed meanwhile

    /** How parts are read; those of a content that is hashed while it is sent can be read once only. */
    public PartQueue.Reader reader(PartQueue.Reader plain) {
        return staged.isPresent() ? plain : hashing.<PartQueue.Reader>map(is -> is.reader(plain)).orElse(plain);
    }

    /**
     * Takes the digest, if the target has been sent all that it lacked. A file that did not stand still meanwhile is
     * given up.
     */
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

    /** Counts what the target has of the content without having been sent it now. */
    public void tellSaved(LinkCounters sent) {
        long saved = Math.max(0, upload.stat().size() - lacked);
        if (recipe.isPresent()) {
            sent.savedByDelta(saved);
        } else {
            sent.savedByCopy(saved);
        }
    }

    /** Whether something lies at the target that no change will name; its upload's id. */
    public Optional<String> abandoned() {
        return !id.isEmpty() && (vain || staged.isEmpty() && !incomplete) ? Optional.of(id) : Optional.empty();
    }

    /** It broke off. Nobody goes on with it if the file is not there any more, or is another by now. */
    public void brokeOff(FileReader files) {
        close();
        try {
            vain = !files.isStill(upload.path(), upload.stat());
        } catch (IOException e) {
            vain = true;
        }
    }

    /** Ends the hashing that goes on beside. */
    @Override
    public void close() {
        hashing.ifPresent(Hashing::close);
        pass.ifPresent(SinglePassReader::close);
    }

    // --- What this side does not know of the base

    public boolean lacksChunks() {
        return !givenUp && lacking && unknown.isPresent() && bits > 0 && (pass.isEmpty() || pass().isPresent()) && learned.isEmpty();
    }

    public boolean isLearning() {
        if (learned.isEmpty()) {
            learned = Optional.of(new ChunkList.Builder(bits));
            learning = true;
        }
        return learning;
    }

    public Message.AskChunks question() {
        Entry.File base = unknown.orElseThrow();
        return new Message.AskChunks(base.digest(), base.size(), bits, learned.orElseThrow().end());
    }

    /** @param outdated whether the target has, or is just being given, another file in the place of the base */
    public void learn(Message.Chunks answer, boolean outdated) {
        try {
            ChunkList next = ChunkList.of(answer.list());
            learned.orElseThrow().add(next);
            long left = unknown.orElseThrow().size() - learned.get().end();
            if (left == 0) {
                ChunkList has = learned.get().build();
                pass.ifPresentOrElse(is -> is.base(new DeltaEncoder.Base(unknown.get().digest(), has)),
                        () -> recipe = Recipe.between(unknown.get().digest(), has, chunks.orElseThrow()));
                // Of what it told without a recipe nothing was sent.
                lacked = 0;
            }
            learning = left > 0 && next.count() > 0;
            if (outdated && left > 0 && !learning) {
                giveUp();
            }
        } catch (IllegalArgumentException e) {
            // Of another version, perhaps: without chunks there is no delta, and nothing is lost.
            stopLearning();
        }
    }

    public void stopLearning() {
        learning = false;
    }
}
