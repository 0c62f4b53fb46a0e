package io.bactrian.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.UnresolvableKeyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteKeysTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger asked = new AtomicInteger();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Logger log = (Logger) org.slf4j.LoggerFactory.getLogger(RemoteKeys.class);
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            said.add(event.getFormattedMessage());
        }
    };
    private final JsonWebSignature signature = new JsonWebSignature();
    private HttpServer server;
    private KeyPair pair;
    private volatile String keys;
    private volatile int status = 200;

    @BeforeEach
    void an_address_with_a_key() throws Exception {
        pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
        key.setKeyId("one");
        keys = "{\"keys\":[" + key.toJson() + "]}";
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setKeyIdHeaderValue("one");
        signature.setPayload("{}");
        signature.setKey(pair.getPrivate());
        signature.sign();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] body = keys.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        listener.start();
        log.setLevel(Level.INFO);
        log.addAppender(listener);
    }

    @AfterEach
    void stop() {
        log.detachAppender(listener);
        log.setLevel(null);
        server.stop(0);
    }

    private RemoteKeys keys() {
        return new RemoteKeys(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), now::get);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private void awaitKey(RemoteKeys fetched) {
        await().atMost(Duration.ofSeconds(60)).ignoreException(UnresolvableKeyException.class)
                .until(() -> fetched.find(signature).equals(pair.getPublic()));
    }

    private void awaitAsked(int times) {
        await().atMost(Duration.ofSeconds(60)).until(() -> asked.get() == times);
    }

    @Test
    void keys_are_refetched_after_five_minutes_and_used_until_then() throws Exception {
        RemoteKeys fetched = keys();
        awaitKey(fetched);
        pass(Duration.ofMinutes(5).minusNanos(1));
        fetched.find(signature);
        assertThat(asked).hasValue(1);

        pass(Duration.ofNanos(1));

        assertThat(fetched.find(signature)).isEqualTo(pair.getPublic());
        awaitAsked(2);
    }

    @Test
    void keys_older_than_an_hour_are_not_trusted() throws Exception {
        RemoteKeys fetched = keys();
        awaitKey(fetched);
        status = 503;
        pass(Duration.ofHours(1).minusNanos(1));
        assertThat(fetched.find(signature)).isEqualTo(pair.getPublic());

        pass(Duration.ofNanos(1));

        assertThatThrownBy(() -> fetched.find(signature)).hasCauseInstanceOf(PublicKeys.NotNowException.class);
        status = 200;
        pass(Duration.ofSeconds(5));
        awaitKey(fetched);
    }

    @Test
    void unknown_keys_cause_at_most_one_fetch_in_five_seconds() throws Exception {
        RemoteKeys fetched = keys();
        awaitKey(fetched);
        JsonWebSignature made = new JsonWebSignature();
        made.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        made.setKeyIdHeaderValue("made-up");
        made.setPayload("{}");
        made.setKey(KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate());
        made.sign();
        pass(Duration.ofSeconds(5).minusNanos(1));
        // The fetch that provided the keys may not have completed yet.
        await().atMost(Duration.ofSeconds(60)).until(() -> catchThrowable(() -> fetched.find(made)).getCause() == null);
        assertThat(asked).hasValue(1);

        pass(Duration.ofNanos(1));

        assertThatThrownBy(() -> fetched.find(made)).hasCauseInstanceOf(PublicKeys.NotNowException.class);
        awaitAsked(2);
    }

    @Test
    void a_failed_fetch_is_logged_once_and_not_repeated_too_early() throws IOException {
        status = 503;
        RemoteKeys fetched = keys();
        await().atMost(Duration.ofSeconds(60)).until(() -> said.size() == 1);
        assertThat(asked).as("in one fetch").hasValue(1);
        assertThatThrownBy(() -> fetched.find(signature)).hasCauseInstanceOf(PublicKeys.NotNowException.class);
        assertThat(asked).as("within the pause").hasValue(1);
        // The second starts after the first has failed.
        fetchAgain(fetched);
        fetchAgain(fetched);

        status = 200;
        fetchAgain(fetched);
        awaitKey(fetched);

        assertThat(said).hasSize(2).satisfiesExactly(first -> assertThat(first).contains("cannot fetch the keys", "503"),
                last -> assertThat(last).endsWith("were fetched"));
    }

    /** Waits until a fetch starts, because the previous one may not have completed yet. */
    private void fetchAgain(RemoteKeys fetched) {
        int before = asked.get();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            pass(Duration.ofSeconds(5));
            catchThrowable(() -> fetched.find(signature));
            return asked.get() > before;
        });
    }
}
