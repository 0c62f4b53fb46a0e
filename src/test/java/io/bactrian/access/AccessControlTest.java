package io.bactrian.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bactrian.access.AccessRefusedException.Kind;
import io.bactrian.settings.AccessSettings;
import io.bactrian.settings.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessControlTest {
    private static final String TOKEN = Token.random();
    private static final String LIKE_A_JWT = "eyJhbGciOiJub25lIn0.e30.c2lnbmF0dXJl";
    private static final Optional<Call> READ = Call.of("POST", "/v1/photos/tree");
    private static final Optional<Call> WRITE = Call.of("POST", "/v1/photos/changes");
    private static final Optional<Call> READ_ANOTHER = Call.of("POST", "/v1/docs/tree");

    @TempDir
    Path dir;

    private Path tokens;

    @BeforeEach
    void a_file_with_a_token_to_read_photos() throws IOException {
        tokens = dir.resolve("tokens");
        write(TokenList.line("alice", TOKEN, new Right("photos", false)));
    }

    private void write(String text) throws IOException {
        Files.writeString(tokens, text);
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));
    }

    private AccessControl withTokens() {
        return access(Optional.of(tokens), Optional.empty());
    }

    private Optional<AccessSettings.Jwt> jwt() throws Exception {
        byte[] key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
        Path file = Files.writeString(dir.resolve("key.pem"), "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getEncoder().encodeToString(key) + "\n-----END PUBLIC KEY-----\n");
        return Optional.of(new AccessSettings.Jwt(file.toString(), "https://issuer.example", "bactrian", "bactrian"));
    }

    private static AccessControl access(Optional<Path> tokens, Optional<AccessSettings.Jwt> jwt) {
        return new AccessControl(new AccessSettings(false, false, false, false, List.of(), tokens, jwt));
    }

    private static AccessRefusedException refused(AccessControl access, Optional<Call> call, String... headers) {
        return catchThrowableOfType(AccessRefusedException.class, () -> access.admit(List.of(headers), call));
    }

    @Test
    void anybody_is_let_in_where_no_token_is_configured() {
        AccessControl access = access(Optional.empty(), Optional.empty());

        assertThat(access.isOpen()).isTrue();
        assertThat(access.admit(List.of(), WRITE).may("photos", true)).isTrue();
        assertThat(access.admit(List.of("whatever it says"), WRITE)).isEqualTo(Caller.ANYBODY);
    }

    @Test
    void nobody_is_let_in_without_proof_where_tokens_of_either_kind_are_configured() throws Exception {
        for (AccessControl access : List.of(withTokens(), access(Optional.empty(), jwt()))) {
            assertThat(access.isOpen()).isFalse();
            assertThat(refused(access, READ).kind()).isEqualTo(Kind.NO_TOKEN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "Bearer    "})
    void a_token_names_its_bearer(String scheme) {
        assertThat(withTokens().admit(List.of(scheme + TOKEN), READ).name()).isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer short", "Bearer two words-of-some-length", "Basic YWxpY2U6c2VjcmV0LXNlY3JldA=="})
    void a_header_that_is_not_one_bearer_token_is_refused(String header) {
        assertThat(refused(withTokens(), READ, header)).hasMessageContaining("not one \"Bearer TOKEN\"")
                .extracting(AccessRefusedException::kind).isEqualTo(Kind.BAD_TOKEN);
    }

    @Test
    void two_headers_are_refused_though_both_are_good() {
        assertThat(refused(withTokens(), READ, "Bearer " + TOKEN, "Bearer " + TOKEN).kind()).isEqualTo(Kind.BAD_TOKEN);
    }

    @Test
    void a_token_that_is_not_in_the_file_is_refused_and_not_repeated() {
        String other = Token.random();

        assertThat(refused(withTokens(), READ, "Bearer " + other)).hasMessageContaining("not known")
                .hasMessageNotContaining(other).extracting(AccessRefusedException::kind).isEqualTo(Kind.BAD_TOKEN);
    }

    @Test
    void a_bearer_may_do_what_the_token_says_and_no_more() {
        assertThat(refused(withTokens(), WRITE, "Bearer " + TOKEN)).hasMessageContainingAll("alice", "write this mirror")
                .extracting(AccessRefusedException::kind).isEqualTo(Kind.NO_RIGHT);
        assertThat(refused(withTokens(), READ_ANOTHER, "Bearer " + TOKEN)).hasMessageContaining("read this mirror")
                .extracting(AccessRefusedException::kind).isEqualTo(Kind.NO_RIGHT);
    }

    @Test
    void what_is_no_call_at_all_needs_a_token_and_no_right() {
        assertThat(withTokens().admit(List.of("Bearer " + TOKEN), Optional.empty()).name()).isEqualTo("alice");
        assertThat(refused(withTokens(), Optional.empty()).kind()).isEqualTo(Kind.NO_TOKEN);
    }

    @Test
    void a_token_file_that_cannot_be_used_is_told_at_the_start() throws IOException {
        write("nonsense");
        assertThatThrownBy(this::withTokens).isInstanceOf(InvalidSettingException.class)
                .hasMessageContainingAll("bactrian.access.tokens", tokens.toString(), "line 1");
        Files.delete(tokens);
        assertThatThrownBy(this::withTokens).isInstanceOf(InvalidSettingException.class).hasMessageContaining("is not there");
    }

    @Test
    void while_the_token_file_cannot_be_used_callers_are_told_to_come_back_and_nothing_of_the_file() throws IOException {
        AccessControl access = withTokens();
        Files.delete(tokens);

        assertThat(refused(access, READ, "Bearer " + TOKEN)).hasMessageContaining("cannot be checked now")
                .hasMessageNotContaining(tokens.toString()).extracting(AccessRefusedException::kind).isEqualTo(Kind.UNKNOWN);
    }

    @Test
    void a_json_web_token_is_verified_and_any_other_is_looked_up_in_the_file() throws Exception {
        AccessControl both = access(Optional.of(tokens), jwt());

        assertThat(both.admit(List.of("Bearer " + TOKEN), READ).name()).isEqualTo("alice");
        assertThat(refused(both, READ, "Bearer " + LIKE_A_JWT)).hasMessageContaining("not one that is taken here");
        assertThat(refused(withTokens(), READ, "Bearer " + LIKE_A_JWT)).hasMessageContaining("not known here");
        assertThat(refused(access(Optional.empty(), jwt()), READ, "Bearer " + TOKEN)).hasMessageContaining("not known here");
    }
}
