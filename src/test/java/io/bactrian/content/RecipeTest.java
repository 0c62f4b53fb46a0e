package io.bactrian.content;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

import io.bactrian.content.Recipe.Copy;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.bactrian.tree.Digest;

class RecipeTest {
    private static final long NEVER = System.nanoTime() + Long.MAX_VALUE / 2;

    @TempDir
    Path directory;

    @Property(tries = 60)
    void a_recipe_and_the_new_ranges_make_the_new_content(@ForAll int seed, @ForAll @IntRange(max = 9) int edits) {
        Random random = new Random(seed);
        byte[] base = random(random.nextInt(600_000), seed);
        byte[] wanted = base;
        for (int i = 0; i < edits; i++) {
            wanted = edit(wanted, random);
        }

        Optional<Recipe> recipe = Recipe.between(Digest.of(base), ChunkerTest.cut(base, 13, 1 << 20),
                ChunkerTest.cut(wanted, 13, 1 << 20));

        byte[] made = wanted.clone();
        for (Copy copy : recipe.map(Recipe::copies).orElse(List.of())) {
            System.arraycopy(base, (int) copy.from(), made, (int) copy.to(), (int) copy.length());
        }
        assertThat(made).isEqualTo(wanted);
        if (edits == 0 && base.length > 0) {
            assertThat(recipe.orElseThrow().copies()).containsExactly(new Copy(0, base.length, 0));
        }
    }

    @Test
    void only_one_copy_of_all_of_the_base_makes_the_base() {
        assertThat(Recipe.grown(Digest.EMPTY, 10).isAll(10)).isTrue();
        assertThat(Recipe.grown(Digest.EMPTY, 10).isAll(11)).as("it grew").isFalse();
        assertThat(new Recipe(Digest.EMPTY, 10, List.of(new Copy(0, 9, 0))).isAll(10)).as("its end is new").isFalse();
        assertThat(new Recipe(Digest.EMPTY, 10, List.of(new Copy(5, 5, 0), new Copy(0, 5, 5))).isAll(10)).as("turned round").isFalse();
        assertThat(new Recipe(Digest.EMPTY, 10, List.of()).isAll(10)).isFalse();
    }

    @Test
    void reports_the_number_of_copied_bytes_and_their_end() {
        Recipe recipe = new Recipe(Digest.EMPTY, 10, List.of(new Copy(5, 3, 1), new Copy(0, 4, 20)));

        assertThat(recipe.copied()).isEqualTo(7);
        assertThat(recipe.end()).isEqualTo(24);
        assertThat(Recipe.grown(Digest.EMPTY, 10).copies()).containsExactly(new Copy(0, 10, 0));
    }

    private static byte[] edit(byte[] content, Random random) {
        int from = random.nextInt(content.length + 1);
        int to = Math.min(content.length, from + random.nextInt(50_000));
        byte[] piece = java.util.Arrays.copyOfRange(content, from, to);
        byte[] without = ByteBuffer.allocate(content.length - piece.length).put(content, 0, from)
                .put(content, to, content.length - to).array();
        return switch (random.nextInt(4)) {
            case 0 -> ChunkerTest.insert(content, from, random(random.nextInt(20_000), from));
            case 1 -> without;
            case 2 -> ChunkerTest.insert(without, random.nextInt(without.length + 1), piece);
            default -> ChunkerTest.insert(without, from, random(piece.length, from));
        };
    }

    @Test
    void keeps_the_longest_of_too_many_copies() {
        ChunkList.Builder has = new ChunkList.Builder(13);
        ChunkList.Builder wanted = new ChunkList.Builder(13);
        for (int i = 0; i < 30_000; i++) {
            has.add(1000 + i % 7000, i, i);
            wanted.add(1000 + i % 7000, i, i);
            wanted.add(1, -1 - i, i);
        }

        List<Copy> copies = Recipe.between(Digest.EMPTY, has.build(), wanted.build()).orElseThrow().copies();

        assertThat(copies).hasSize(Recipe.MOST_COPIES);
        assertThat(copies.stream().mapToLong(Copy::length).min().orElseThrow()).isGreaterThanOrEqualTo(3000);
    }

    @Test
    void continues_a_copy_although_its_chunks_recur_in_the_base() {
        byte[] once = random(100_000, 1);
        byte[] base = ByteBuffer.allocate(400_000).put(once).put(random(100_000, 2)).put(once).put(random(100_000, 3)).array();
        ChunkList chunks = ChunkerTest.cut(base, 13, 1 << 20);

        Recipe recipe = Recipe.between(Digest.EMPTY, chunks, chunks).orElseThrow();

        assertThat(recipe).isEqualTo(Recipe.grown(Digest.EMPTY, 400_000));
    }

    @Test
    void has_as_many_copies_as_a_request_can_carry_and_no_more() {
        List<Copy> most = IntStream.range(0, Recipe.MOST_COPIES).mapToObj(i -> new Copy(0, 1, i)).toList();
        List<Copy> more = IntStream.rangeClosed(0, Recipe.MOST_COPIES).mapToObj(i -> new Copy(0, 1, i)).toList();

        assertThat(new Recipe(Digest.EMPTY, 1, most).end()).isEqualTo(Recipe.MOST_COPIES);
        assertThatThrownBy(() -> new Recipe(Digest.EMPTY, 1, more)).hasMessageContaining("20000 copies");
        assertThat(new Recipe(Digest.EMPTY, 1, List.of()).end()).isZero();
        assertThat(new Copy(Long.MAX_VALUE - 1, 1, Long.MAX_VALUE - 1).end()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void contents_without_a_common_chunk_have_no_recipe() {
        assertThat(Recipe.between(Digest.EMPTY, ChunkerTest.cut(random(50_000, 1), 13, 1 << 20), ChunkerTest.cut(random(50_000, 2), 13, 1 << 20)))
                .isEmpty();
    }

    @Test
    void rejects_invalid_copies() {
        assertThatThrownBy(() -> new Copy(-1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Copy(0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Copy(0, 1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Copy(1, Long.MAX_VALUE, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Copy(0, Long.MAX_VALUE, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> recipe(new Copy(91, 10, 0))).hasMessageContaining("within its base");
        assertThatThrownBy(() -> recipe(new Copy(0, 10, 0), new Copy(0, 10, 9))).hasMessageContaining("overlap");
        assertThatThrownBy(() -> recipe(new Copy(0, 10, 10), new Copy(0, 10, 0))).hasMessageContaining("order");
        assertThat(recipe(new Copy(90, 10, 0), new Copy(0, 10, 10)).end()).isEqualTo(20);
    }

    private static Recipe recipe(Copy... copies) {
        return new Recipe(Digest.EMPTY, 100, List.of(copies));
    }

    @Test
    void copies_around_received_parts_in_steps_and_continues_after_a_restart() throws IOException {
        byte[] base = random(5_000_000, 1);
        byte[] wanted = base.clone();
        wanted[2_500_000]++;
        List<Copy> copies = List.of(new Copy(0, 2_490_000, 0), new Copy(2_510_000, 2_490_000, 2_510_000));
        Staging staging = new Staging(directory.resolve("staging"));
        String id = staging.open(Digest.of(wanted), wanted.length).id();
        assertThat(staging.missing(id, copies)).containsExactly(new Range(2_490_000, 20_000));
        staging.write(id, 2_490_000, ByteBuffer.wrap(wanted, 2_490_000, 20_000));
        Path original = Files.write(directory.resolve("base"), base);
        long past = System.nanoTime();
        assertThat(staging.copy(id, original, copies, past)).as("all in one turn").isFalse();
        assertThat(staging.open(Digest.of(wanted), wanted.length).missing().get(0).offset()).isPositive();
        staging = new Staging(directory.resolve("staging"));
        int turns = 1;
        while (!staging.copy(id, original, copies, past)) {
            turns++;
        }
        assertThat(turns).isGreaterThan(2);

        assertThat(staging.verify(Digest.of(wanted), wanted.length, NEVER)).isTrue();
        assertThat(Files.readAllBytes(staging.claim(Digest.of(wanted), wanted.length).orElseThrow())).isEqualTo(wanted);
    }

    @Test
    void a_base_that_is_too_short_leaves_the_rest_missing() throws IOException {
        Staging staging = new Staging(directory.resolve("staging"));
        String id = staging.open(Digest.EMPTY, 6_000_000).id();
        Path base = Files.write(directory.resolve("base"), new byte[5_000_000]);
        assertThat(staging.copy(id, base, List.of(new Copy(0, 6_000_000, 0)), NEVER)).isTrue();

        assertThat(staging.missing(id, List.of())).containsExactly(new Range(4 << 20, 6_000_000 - (4 << 20)));
    }

    @Test
    void a_missing_base_leaves_everything_missing() throws IOException {
        Staging staging = new Staging(directory.resolve("staging"));
        String id = staging.open(Digest.EMPTY, 100).id();
        assertThat(staging.copy(id, directory.resolve("gone"), List.of(new Copy(0, 100, 0)), NEVER)).isTrue();

        assertThat(staging.missing(id, List.of())).containsExactly(new Range(0, 100));
    }

    @Test
    void discards_wrongly_copied_content() throws IOException {
        byte[] wanted = random(200_000, 1);
        Staging staging = new Staging(directory.resolve("staging"));
        String id = staging.open(Digest.of(wanted), wanted.length).id();
        Path base = Files.write(directory.resolve("base"), new byte[200_000]);
        staging.copy(id, base, List.of(new Copy(0, 200_000, 0)), NEVER);

        assertThatThrownBy(() -> staging.verify(Digest.of(wanted), wanted.length, NEVER))
                .isInstanceOf(DigestMismatchException.class);
        assertThat(staging.open(Digest.of(wanted), wanted.length).missing()).containsExactly(new Range(0, 200_000));
    }
}
