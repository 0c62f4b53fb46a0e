package io.bactrian.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenListTest {
    private static final String HASH = "sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"; // of "secret"

    @Property(tries = 100)
    void finds_exactly_the_listed_tokens(@ForAll @AlphaChars @StringLength(min = 1, max = 40) String token,
            @ForAll @AlphaChars @StringLength(max = 40) String other) throws IOException {
        TokenList tokens = TokenList.parse("# comment\n\n" + TokenList.line("me", token, new Right("*", true)) + "\n" + TokenList.line("you",
                token + "x", new Right("docs", false)));

        assertThat(tokens.find(token).orElseThrow().name()).isEqualTo("me");
        assertThat(tokens.find(token + "x").orElseThrow().name()).isEqualTo("you");
        if (!other.equals(token) && !other.equals(token + "x")) {
            assertThat(tokens.find(other)).isEmpty();
        }
    }

    @Test
    void a_line_may_have_several_rights_and_a_comment() throws IOException {
        Caller caller = TokenList.parse("  nas-1 \t" + HASH + "  photos:write docs:read # until June").find("secret").orElseThrow();

        assertThat(caller).isEqualTo(new Caller("nas-1", List.of(new Right("photos", true), new Right("docs", false))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "me secret *:write", "me " + HASH, "me " + HASH + " photos", "me " + HASH + " photos:own",
            "me " + HASH + " Photos:read", "me sha256:12 *:read", "me " + HASH + "0 *:read", "a\u00e9 " + HASH + " *:read",
            "me md5:" + "0000 *:read", "me " + HASH + " *:read;*:write"})
    void reports_an_invalid_line_by_number_without_its_content(String line) {
        assertThatThrownBy(() -> TokenList.parse("# fine\n" + line)).isInstanceOf(IOException.class)
                .hasMessageContaining("line 2").message().doesNotContain("secret", "2bb80d", "own", "Photos");
    }

    @Test
    void rejects_a_duplicate_hash() {
        assertThatThrownBy(() -> TokenList.parse("me " + HASH + " *:read\nyou " + HASH + " *:write")).hasMessageContaining("line 2");
    }

    @ParameterizedTest
    @CsvSource({"photos:write,photos,true,true", "photos:write,photos,false,true", "photos:read,photos,false,true",
            "photos:read,photos,true,false", "photos:write,docs,false,false", "*:read,docs,false,true", "*:read,docs,true,false",
            "*:write,docs,true,true", "photos:write,*,false,false", "photos:write,photos2,false,false", "photos:write,PHOTOS,false,false"})
    void a_right_is_for_its_mirror_and_writing_includes_reading(String right, String mirror, boolean write, boolean may) {
        assertThat(new Caller("me", List.of(Right.of(right).orElseThrow())).may(mirror, write)).isEqualTo(may);
        assertThat(Right.of(right).orElseThrow()).hasToString(right);
    }

    @ParameterizedTest
    @CsvSource({"GET,/v1/m/files/a,false", "HEAD,/v1/m/files/a,false", "POST,/v1/m/tree,false", "POST,/v1/m/chunks?x,false", "POST,/v1/m/scrub,false",
            "PUT,/v1/m/files/a,true", "DELETE,/v1/m/files/a,true", "POST,/v1/m/session,true", "DELETE,/v1/m/session,true",
            "POST,/v1/m/changes,true", "POST,/v1/m/content,true", "PUT,/v1/m/content/1,true", "GET,/v1/m/tree,true",
            "get,/v1/m/files/a,true", "GET,/v1/m/Files/a,true", "GET,/v1/m/files%2fa,true", "PATCH,/v1/m/anything/new,true"})
    void every_operation_not_known_to_be_read_only_requires_the_write_right(String method, String uri, boolean writes) {
        Call call = Call.of(method, uri).orElseThrow();

        assertThat(call.writes()).isEqualTo(writes);
        assertThat(call.mirror()).isEqualTo("m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "", "/v1", "/v1/", "/v1/m", "/V1/m/tree", "http://h/v1/m/tree", "*", "/v1m/tree"})
    void a_path_without_mirror_and_resource_is_no_call(String uri) {
        assertThat(Call.of("GET", uri)).isEqualTo(Optional.empty());
    }

    @Test
    void a_callers_name_contains_only_safe_characters() {
        assertThat(new Caller("a\r\nb \u202e\u00e9", List.of()).name()).isEqualTo("a??b???");
        assertThat(new Caller("", List.of()).name()).isEqualTo("?");
        assertThat(new Caller("x".repeat(1000), List.of()).name()).hasSize(100);
    }

    @Test
    void a_call_has_the_rest_of_its_path_and_not_its_query() {
        assertThat(Call.of("GET", "/v1/m/files/a%2fb/c?x=/y")).contains(new Call("GET", "m", "files", "a%2fb/c"));
        assertThat(Call.of("POST", "/v1/m/tree?x")).contains(new Call("POST", "m", "tree", ""));
    }

    @Test
    void keeps_the_longest_name_of_a_caller_complete() {
        assertThat(new Caller("x".repeat(100), List.of()).name()).hasSize(100);
        assertThat(new Caller("!~", List.of()).name()).isEqualTo("!~");
    }
}
