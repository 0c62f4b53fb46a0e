package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.dynatrace.hash4j.hashing.HashValue128;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A content of three chunks, of 101, 102 and 103 bytes, resembles the next one. */
class ChunkPredictorTest {
    private ChunkPredictor predictor;

    @BeforeEach
    void make() {
        ChunkList.Builder list = new ChunkList.Builder(Chunker.LEAST_BITS);
        for (int i = 1; i <= 3; i++) {
            list.add(100 + i, i, i);
        }
        predictor = new ChunkPredictor(list.build());
    }

    private static HashValue128 hash(int chunk) {
        return new HashValue128(chunk, chunk);
    }

    @Test
    void predicts_the_same_chunks_in_order() {
        for (int i = 1; i <= 3; i++) {
            assertThat(predictor.isThrough()).isFalse();
            assertThat(predictor.length()).isEqualTo(100 + i);
            assertThat(predictor.isNext(hash(i))).isTrue();
        }
        assertThat(predictor.length()).as("nothing follows").isZero();
        assertThat(predictor.isThrough()).isTrue();
        assertThat(predictor.isGrown()).isTrue();
    }

    @Test
    void keeps_its_prediction_until_a_known_chunk_is_found() {
        assertThat(predictor.isNext(hash(9))).isFalse();
        predictor.find(50, hash(9));
        assertThat(predictor.length()).isEqualTo(101);

        predictor.find(101, hash(1));

        assertThat(predictor.length()).isEqualTo(102);
    }

    @Test
    void a_chunk_must_have_both_halves_of_the_hash() {
        assertThat(predictor.isNext(new HashValue128(1, 9))).isFalse();
        assertThat(predictor.isNext(new HashValue128(9, 1))).isFalse();
        assertThat(predictor.isNext(hash(1))).isTrue();
    }

    @Test
    void the_last_chunk_is_not_predicted_behind_an_insertion_because_it_may_go_on() {
        predictor.find(50, hash(9));
        predictor.find(102, hash(2));

        assertThat(predictor.length()).isZero();
        assertThat(predictor.isGrown()).isFalse();
    }

    @Test
    void a_content_that_comes_back_to_the_end_has_not_grown() {
        assertThat(predictor.isNext(hash(9))).isFalse();
        predictor.find(103, hash(3));

        assertThat(predictor.isThrough()).isTrue();
        assertThat(predictor.isGrown()).isFalse();
    }

    @Test
    void what_follows_a_content_that_has_grown_changes_nothing() {
        for (int i = 1; i <= 3; i++) {
            predictor.isNext(hash(i));
        }

        predictor.find(101, hash(1));

        assertThat(predictor.isGrown()).isTrue();
    }
}
