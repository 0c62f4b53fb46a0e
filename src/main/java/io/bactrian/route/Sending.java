package io.bactrian.route;

import java.io.IOException;
import java.util.Optional;

import io.bactrian.change.Uploads;
import io.bactrian.change.Work;
import io.bactrian.content.ChunkList;
import io.bactrian.content.Recipe;
import io.bactrian.tree.Entry;
import io.bactrian.wire.Message;

/**
 * One large content on its way to a target. With a recipe the target is asked until it has put the content
 * together; without one it is asked once. Not thread-safe.
 */
final class Sending {
    /** A target that lacks something again so often after it was sent loses it. */
    private static final int MOST_ROUNDS = 5;

    private final Work.Upload upload;
    private final Uploads.Staged staged;
    private final Optional<ChunkList> chunks;
    private final Optional<Entry.File> unknown;
    private Optional<Recipe> recipe;
    private Optional<ChunkList.Builder> learned = Optional.empty();
    private boolean learning;
    private boolean incomplete = true;
    private boolean lacking;
    private int rounds;

    Sending(Work.Upload upload, Uploads.Staged staged, Delta.Found delta) {
        this.upload = upload;
        this.staged = staged;
        this.chunks = delta.chunks();
        this.recipe = delta.recipe();
        this.unknown = delta.base();
    }

    Uploads.Staged staged() {
        return staged;
    }

    /** The chunks of the content, to be remembered. */
    Optional<ChunkList> chunks() {
        return chunks;
    }

    boolean isIncomplete() {
        return incomplete;
    }

    Message.OpenContent announcement() {
        return new Message.OpenContent(staged.digest(), upload.stat().size(), recipe);
    }

    /** @throws IOException if the target does not keep what it gets */
    void answered(Message.Content answer) throws IOException {
        lacking = !answer.missing().isEmpty();
        if (lacking && ++rounds > MOST_ROUNDS) {
            throw new IOException("the target goes on lacking parts of " + upload.path());
        }
        incomplete = lacksChunks() || answer.busy() || lacking && recipe.isPresent();
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
