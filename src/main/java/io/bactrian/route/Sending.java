package io.bactrian.route;

import java.io.IOException;
import java.util.Optional;

import io.bactrian.change.FileReader;
import io.bactrian.change.Uploads;
import io.bactrian.change.Work;
import io.bactrian.content.ChunkList;
import io.bactrian.content.Digest;
import io.bactrian.content.Range;
import io.bactrian.content.Recipe;
import io.bactrian.measure.Sent;
import io.bactrian.tree.Entry;
import io.bactrian.wire.Message;

/**
 * One large content on its way to a target. Its digest is known before or only after it was sent; until then it has a
 * key, which is the same as long as the file is. With a recipe the target is asked until it has put the content
 * together; without one it is asked once. Not thread-safe.
 */
final class Sending implements AutoCloseable {
    /** A target that lacks something again so often after it was sent loses it. */
    private static final int MOST_ROUNDS = 5;

    private final Work.Upload upload;
    private final Optional<Hashing> hashing;
    private final Optional<Digest> key;
    private final Optional<ChunkList> chunks;
    private final Optional<Entry.File> unknown;
    private Optional<Uploads.Staged> staged;
    private Optional<Recipe> recipe;
    private Optional<ChunkList.Builder> learned = Optional.empty();
    private boolean learning;
    private boolean incomplete = true;
    private boolean lacking;
    private boolean put;
    private boolean vain;
    private int rounds;
    private long lacked;
    private String id = "";

    /** A content of which all is known. */
    Sending(Work.Upload upload, Uploads.Staged staged, Delta.Found delta) {
        this(upload, Optional.of(staged), delta, Optional.empty());
    }

    /** A content whose digest is still to be found. */
    Sending(Work.Upload upload, Hashing hashing, Delta.Found delta) {
        this(upload, Optional.empty(), delta, Optional.of(hashing));
    }

    private Sending(Work.Upload upload, Optional<Uploads.Staged> staged, Delta.Found delta, Optional<Hashing> hashing) {
        this.upload = upload;
        this.staged = staged;
        this.hashing = hashing;
        this.key = hashing.map(is -> upload.key());
        this.chunks = delta.chunks();
        this.recipe = delta.recipe();
        this.unknown = delta.base();
    }

    /** The content, once the target has all of it. */
    Optional<Uploads.Staged> staged() {
        return staged;
    }

    /** What tells two contents apart: the digest, or the size if that is still to be found. */
    Object content() {
        return staged.<Object>map(Uploads.Staged::digest).orElse(upload.stat().size());
    }

    /** The chunks of the content, to be remembered. */
    Optional<ChunkList> chunks() {
        return chunks;
    }

    boolean isIncomplete() {
        return incomplete;
    }

    Message.OpenContent announcement() {
        return new Message.OpenContent(staged.map(Uploads.Staged::digest), upload.stat().size(), recipe, key);
    }

    /** @throws IOException if the target does not keep what it gets */
    void answered(Message.Content answer) throws IOException {
        id = answer.id();
        lacking = !answer.missing().isEmpty();
        lacked += answer.missing().stream().mapToLong(Range::length).sum();
        put = !answer.busy() && (recipe.isEmpty() || !lacking);
        if (lacking && ++rounds > MOST_ROUNDS) {
            throw new IOException("the target goes on lacking parts of " + upload.path());
        }
        incomplete = staged.isEmpty() || lacksChunks() || answer.busy() || lacking && recipe.isPresent();
    }

    // --- What is hashed meanwhile

    /** How parts are read; those of a content that is hashed while it is sent can be read once only. */
    Parts.Reader reader(Parts.Reader plain) {
        return staged.isPresent() ? plain : hashing.<Parts.Reader>map(is -> is.reader(plain)).orElse(plain);
    }

    /**
     * Takes the digest, if the target has been sent all that it lacked. A file that did not stand still meanwhile is
     * given up.
     */
    void finish() throws IOException {
        if (staged.isEmpty() && put) {
            staged = hashing.orElseThrow().finish();
            incomplete = staged.isPresent();
        }
    }

    /** Counts what the target has of the content without having been sent it now. */
    void tellSaved(Sent sent) {
        long saved = Math.max(0, upload.stat().size() - lacked);
        if (recipe.isPresent()) {
            sent.savedByDelta(saved);
        } else {
            sent.savedByCopy(saved);
        }
    }

    /** Whether something lies at the target that no change will name; its upload's id. */
    Optional<String> abandoned() {
        return !id.isEmpty() && (vain || staged.isEmpty() && !incomplete) ? Optional.of(id) : Optional.empty();
    }

    /** It broke off. Nobody goes on with it if the file is not there any more, or is another by now. */
    void brokeOff(FileReader files) {
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
    }

    // --- What this side does not know of the base

    boolean lacksChunks() {
        return lacking && unknown.isPresent() && chunks.isPresent() && learned.isEmpty();
    }

    boolean isLearning() {
        if (learned.isEmpty()) {
            learned = Optional.of(new ChunkList.Builder(chunks.orElseThrow().bits()));
            learning = true;
        }
        return learning;
    }

    Message.AskChunks question() {
        Entry.File base = unknown.orElseThrow();
        return new Message.AskChunks(base.digest(), base.size(), chunks.orElseThrow().bits(), learned.orElseThrow().end());
    }

    void learn(Message.Chunks answer) {
        try {
            ChunkList next = ChunkList.of(answer.list());
            learned.orElseThrow().add(next);
            long left = unknown.orElseThrow().size() - learned.get().end();
            if (left == 0) {
                recipe = Recipe.between(unknown.get().digest(), learned.get().build(), chunks.orElseThrow());
                // Of what it told without a recipe nothing was sent.
                lacked = 0;
            }
            learning = left > 0 && next.count() > 0;
        } catch (IllegalArgumentException e) {
            // Of another version, perhaps: without chunks there is no delta, and nothing is lost.
            stopLearning();
        }
    }

    void stopLearning() {
        learning = false;
    }
}
