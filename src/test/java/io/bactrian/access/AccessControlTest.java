package io.bactrian.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bactrian.access.AccessRefusedException.Kind;
import io.bactrian.settings.JwtSettings;
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

    private Optional<JwtSettings> jwt() throws Exception {
        byte[] key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
        Path file = Files.writeString(dir.resolve("key.pem"), "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getEncoder().encodeToString(key) + "\n-----END PUBLIC KEY-----\n");
        return Optional.of(new JwtSettings(file.toString(), "https://issuer.example", "bactrian", "bactrian"));
    }

    private static AccessControl access(Optional<Path> tokens, Optional<JwtSettings> jwt) {
        return new AccessControl(tokens, jwt);
    }

    private static AccessRefusedException refused(AccessControl access, Optional<Call> call, String... headers) {
        return catchThrowableOfType(AccessRefusedException.class, () -> access.admit(List.of(headers), call));
    }

    @Test
    void admits_everyone_if_no_tokens_are_configured() {
        AccessControl access = access(Optional.empty(), Optional.empty());

        assertThat(access.isOpen()).isTrue();
        assertThat(access.admit(List.of(), WRITE).may("photos", true)).isTrue();
        assertThat(access.admit(List.of("whatever it says"), WRITE)).isEqualTo(Caller.ANYBODY);
    }

    @Test
    void refuses_requests_without_a_valid_token_if_either_kind_is_configured() throws Exception {
        for (AccessControl access : List.of(withTokens(), access(Optional.empty(), jwt()))) {
            assertThat(access.isOpen()).isFalse();
            assertThat(refused(access, READ).kind()).isEqualTo(Kind.NO_TOKEN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "Bearer    "})
    void a_token_identifies_its_caller(String scheme) {
        assertThat(withTokens().admit(List.of(scheme + TOKEN), READ).name()).isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer short", "Bearer two words-of-some-length", "Basic YWxpY2U6c2VjcmV0LXNlY3JldA=="})
    void refuses_a_header_that_is_not_exactly_one_bearer_token(String header) {
        assertThat(refused(withTokens(), READ, header)).hasMessageContaining("exactly one \"Bearer TOKEN\"")
                .extracting(AccessRefusedException::kind).isEqualTo(Kind.BAD_TOKEN);
    }

    @Test
    void refuses_two_authorization_headers_even_if_both_are_valid() {
        assertThat(refused(withTokens(), READ, "Bearer " + TOKEN, "Bearer " + TOKEN).kind()).isEqualTo(Kind.BAD_TOKEN);
    }

    @Test
    void refuses_an_unknown_token_without_repeating_it() {
        String other = Token.random();

        assertThat(refused(withTokens(), READ, "Bearer " + other)).hasMessageContaining("not known")
                .hasMessageNotContaining(other).extracting(AccessRefusedException::kind).isEqualTo(Kind.BAD_TOKEN);
    }

    @Test
    void a_caller_has_exactly_the_rights_of_its_token() {
        assertThat(refused(withTokens(), WRITE, "Bearer " + TOKEN)).hasMessageContainingAll("alice", "write access to this mirror")
                .extracting(AccessRefusedException::kind).isEqualTo(Kind.NO_RIGHT);
        assertThat(refused(withTokens(), READ_ANOTHER, "Bearer " + TOKEN)).hasMessageContaining("read access to this mirror")
                .extracting(AccessRefusedException::kind).isEqualTo(Kind.NO_RIGHT);
    }

    @Test
    void a_request_that_is_no_operation_needs_a_token_but_no_right() {
        assertThat(withTokens().admit(List.of("Bearer " + TOKEN), Optional.empty()).name()).isEqualTo("alice");
        assertThat(refused(withTokens(), Optional.empty()).kind()).isEqualTo(Kind.NO_TOKEN);
    }

    @Test
    void reports_an_unusable_token_file_at_the_start() throws IOException {
        write("nonsense");
        assertThatThrownBy(this::withTokens).isInstanceOf(InvalidSettingException.class)
                .hasMessageContainingAll("bactrian.access.tokens", tokens.toString(), "line 1");
        Files.delete(tokens);
        assertThatThrownBy(this::withTokens).isInstanceOf(InvalidSettingException.class).hasMessageContaining("does not exist");
    }

    @Test
    void tells_callers_to_retry_while_the_token_file_is_unusable_without_details() throws IOException {
        AccessControl access = withTokens();
        Files.delete(tokens);

        assertThat(refused(access, READ, "Bearer " + TOKEN)).hasMessageContaining("cannot be verified at the moment")
                .hasMessageNotContaining(tokens.toString()).extracting(AccessRefusedException::kind).isEqualTo(Kind.UNKNOWN);
    }

    @Test
    void verifies_json_web_tokens_and_looks_up_others_in_the_file() throws Exception {
        AccessControl both = access(Optional.of(tokens), jwt());

        assertThat(both.admit(List.of("Bearer " + TOKEN), READ).name()).isEqualTo("alice");
        assertThat(refused(both, READ, "Bearer " + LIKE_A_JWT)).hasMessageContaining("is not valid");
        assertThat(refused(withTokens(), READ, "Bearer " + LIKE_A_JWT)).hasMessageContaining("not known to this target");
        assertThat(refused(access(Optional.empty(), jwt()), READ, "Bearer " + TOKEN)).hasMessageContaining("not known to this target");
    }
}
