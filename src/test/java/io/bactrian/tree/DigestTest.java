package io.bactrian.tree;

import static io.bactrian.Tools.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;


class DigestTest {
    /** FIPS 180-4's example "abc", as sha256sum prints it. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void is_what_sha256sum_prints() {
        assertThat(Digest.of("abc".getBytes(StandardCharsets.US_ASCII))).hasToString(ABC);
        assertThat(Digest.EMPTY).hasToString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Property(tries = 100)
    void survives_conversion_to_bytes_and_text(@ForAll @Size(Digest.LENGTH) byte[] bytes) {
        Digest digest = Digest.from(bytes);
        assertThat(digest.bytes()).isEqualTo(bytes);
        assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ba78", ABC + "00", "zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"})
    void rejects_text_that_is_not_a_digest(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void refuses_bytes_of_another_length(int length) {
        assertThatThrownBy(() -> Digest.from(new byte[length])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_native_library_computes_digests_if_the_system_has_it() throws InterruptedException {
        assumeTrue(Shell.runs("ldconfig -p | grep -q 'libcrypto.so.3 \\|libcrypto.so.1.1 '"), "there is no libcrypto here");

        assertThat(Digest.isNative()).isTrue();
        assertThat(Digest.sha256()).isInstanceOf(OpenSslSha256.class);
    }

    /** For any split of the bytes and any implementation. */
    @Property(tries = 300)
    void digest_of_parts_equals_that_of_the_whole(@ForAll("pieces") List<Piece> pieces) throws Exception {
        MessageDigest one = Digest.sha256();
        MessageDigest other = Digest.sha256OfJava();
        Map<MessageDigest, byte[]> copies = new LinkedHashMap<>();
        for (Piece piece : pieces) {
            piece.addTo(one);
            other.update(piece.bytes);
            copies.put((MessageDigest) one.clone(), ((MessageDigest) other.clone()).digest());
        }
        copies.forEach((copy, digest) -> assertThat(copy.digest()).isEqualTo(digest));
        assertThat(one.getDigestLength()).isEqualTo(Digest.LENGTH);
        assertThat(one.digest()).isEqualTo(other.digest());
        assertThat(one.digest()).as("after a digest it begins anew").isEqualTo(Digest.EMPTY.bytes());
        one.update(new byte[700]);
        one.reset();
        assertThat(one.digest()).as("after a reset, too").isEqualTo(Digest.EMPTY.bytes());
    }

    @Provide
    Arbitrary<List<Piece>> pieces() {
        Arbitrary<Integer> sizes = Arbitraries.oneOf(Arbitraries.integers().between(0, 700),
                Arbitraries.integers().between(30_000, 70_000));
        return Combinators.combine(sizes, Arbitraries.of(Way.values()), Arbitraries.integers())
                .as((size, way, seed) -> new Piece(random(size, seed), way)).list().ofMaxSize(8);
    }


    private enum Way { ONE_BY_ONE, ARRAY, PART_OF_AN_ARRAY, HEAP, READ_ONLY, DIRECT, PART_OF_A_DIRECT }

    private record Piece(byte[] bytes, Way way) {
        void addTo(MessageDigest digest) {
            byte[] within = new byte[bytes.length + 20];
            System.arraycopy(bytes, 0, within, 7, bytes.length);
            switch (way) {
                case ONE_BY_ONE -> {
                    for (byte each : bytes) {
                        digest.update(each);
                    }
                }
                case ARRAY -> digest.update(bytes);
                case PART_OF_AN_ARRAY -> digest.update(within, 7, bytes.length);
                default -> {
                    ByteBuffer buffer = switch (way) {
                        case HEAP -> ByteBuffer.wrap(bytes);
                        case READ_ONLY -> ByteBuffer.wrap(within, 7, bytes.length).asReadOnlyBuffer();
                        case DIRECT -> ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
                        default -> ByteBuffer.allocateDirect(within.length).put(within).position(7).limit(7 + bytes.length);
                    };
                    digest.update(buffer);
                    assertThat(buffer.hasRemaining()).isFalse();
                }
            }
        }
    }
}
