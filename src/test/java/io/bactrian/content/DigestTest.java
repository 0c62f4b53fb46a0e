package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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
    void comes_back_from_bytes_and_text(@ForAll @Size(Digest.LENGTH) byte[] bytes) {
        Digest digest = Digest.from(bytes);
        assertThat(digest.bytes()).isEqualTo(bytes);
        assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ba78", ABC + "00", "zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"})
    void refuses_text_that_is_no_digest(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void refuses_bytes_of_another_length(int length) {
        assertThatThrownBy(() -> Digest.from(new byte[length])).isInstanceOf(IllegalArgumentException.class);
    }
}
