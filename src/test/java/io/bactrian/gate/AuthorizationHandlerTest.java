package io.bactrian.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

import io.bactrian.access.Call;
import io.bactrian.access.Right;
import io.bactrian.access.Token;
import io.bactrian.access.TokenList;
import io.bactrian.settings.Settings;
import io.bactrian.wire.ProblemException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorizationHandlerTest {
    @TempDir
    Path dir;

    private final String token = Token.random();
    private RequestAuthorizer authorizer;
    private EmbeddedChannel channel;

    @BeforeEach
    void a_door() throws Exception {
        Path tokens = Files.writeString(dir.resolve("tokens"), TokenList.line("me", token, Right.of("m:write").orElseThrow()));
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));
        Settings settings = Settings.of(Map.of("bactrian.access.tokens", tokens.toString()), Map.of());
        authorizer = new RequestAuthorizer(() -> settings);
        channel = new EmbeddedChannel(new AuthorizationHandler(authorizer, new RefusalCounts(List.of())));
    }

    private HttpRequest request(String method, String... headers) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), "/v1/m/changes");
        for (int i = 0; i < headers.length; i += 2) {
            request.headers().add(headers[i], headers[i + 1]);
        }
        return request;
    }

    private static DefaultHttpContent body() {
        return new DefaultHttpContent(Unpooled.copiedBuffer("body", StandardCharsets.UTF_8));
    }

    @Test
    void passes_an_authorized_request_with_the_callers_name_instead_of_its_token() {
        channel.writeInbound(request("POST", "Authorization", "bearer  " + token), body(), LastHttpContent.EMPTY_LAST_CONTENT);

        HttpRequest inside = channel.readInbound();
        assertThat(inside.headers().contains("Authorization")).isFalse();
        assertThat(inside.headers().entries().toString()).endsWith(" me]").doesNotContain(token);
        assertThat(channel.inboundMessages()).hasSize(2);
        assertThat((Object) channel.readOutbound()).isNull();
    }

    @Test
    void answers_an_unauthorized_request_before_its_body_and_discards_it() {
        DefaultHttpContent body = body();
        channel.writeInbound(request("POST"));
        FullHttpResponse answer = channel.readOutbound();
        assertThat(answer.status()).isEqualTo(HttpResponseStatus.UNAUTHORIZED);
        assertThat(answer.headers().get("Connection")).isEqualTo("close");
        channel.writeInbound(body, LastHttpContent.EMPTY_LAST_CONTENT, request("POST", "Authorization", "Bearer " + token));

        assertThat(channel.inboundMessages()).isEmpty();
        assertThat(body.refCnt()).isZero();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void a_refusal_waits_for_the_answers_before_it() {
        channel.writeInbound(request("POST", "Authorization", "Bearer " + token), LastHttpContent.EMPTY_LAST_CONTENT,
                request("POST"), LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat((Object) channel.readOutbound()).isNull();
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));

        assertThat(((FullHttpResponse) channel.readOutbound()).status()).isEqualTo(HttpResponseStatus.CONTINUE);
        assertThat(((FullHttpResponse) channel.readOutbound()).status()).isEqualTo(HttpResponseStatus.OK);
        assertThat(((FullHttpResponse) channel.readOutbound()).status()).isEqualTo(HttpResponseStatus.UNAUTHORIZED);
        assertThat(((ByteBuf) channel.readOutbound()).readableBytes()).isZero();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void refuses_two_tokens_in_one_request() {
        channel.writeInbound(request("POST", "Authorization", "Bearer " + token, "Authorization", "Bearer " + token));
        assertThat(((FullHttpResponse) channel.readOutbound()).status()).isEqualTo(HttpResponseStatus.UNAUTHORIZED);
    }

    @Test
    void an_answer_to_head_has_no_body() {
        channel.writeInbound(request("HEAD"));
        assertThat(((FullHttpResponse) channel.readOutbound()).content().readableBytes()).isZero();
    }

    @Test
    void the_routes_step_trusts_only_the_handler_and_checks_requests_of_other_servers() {
        HttpRequest admitted = request("POST", "Authorization", "Bearer " + token);
        assertThat(authorizer.refuse(admitted, channel.remoteAddress())).isEmpty();
        assertThat(authorise(admitted)).isEqualTo("me");
        assertThat(authorise(request("POST", "Authorization", "Bearer " + token))).isEqualTo("me");
        String mark = admitted.headers().names().iterator().next();
        for (HttpRequest made : new HttpRequest[] {request("POST"), request("POST", mark, "me"),
            request("POST", mark, "bactrian_x me"), request("POST", mark, admitted.headers().get(mark), mark, "x")}) {
            assertThatThrownBy(() -> authorise(made)).isInstanceOfSatisfying(ProblemException.class,
                    refusal -> assertThat(refusal.problem().status()).isEqualTo(401));
        }
    }

    private String authorise(HttpRequest http) {
        return authorizer.caller(http.headers(), Call.of("POST", "/v1/m/changes").orElseThrow());
    }
}
