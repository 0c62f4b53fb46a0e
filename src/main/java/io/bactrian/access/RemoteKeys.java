package io.bactrian.access;

import java.io.IOException;
import java.net.URI;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jose4j.http.Get;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.UnresolvableKeyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JWK set that is fetched over HTTP in the background. Requests never wait for it: one whose key may be in the set
 * that is being fetched is told to try again. Thread-safe.
 */
final class RemoteKeys implements PublicKeys {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);

    /** From this age on the keys are fetched again; the old ones are used until then. */
    private static final Duration OLD = Duration.ofMinutes(5);

    /** From this age on the keys are no longer trusted. */
    private static final Duration STALE = Duration.ofHours(1);

    /** Least time between two fetches, however many unknown keys callers present. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private static final int TIMEOUT_MILLIS = 5_000;

    private final URI address;
    private final LongSupplier nanoTime;
    private final AtomicBoolean fetching = new AtomicBoolean();
    private volatile Optional<Fetched> fetched = Optional.empty();
    private volatile Optional<Long> tried = Optional.empty();
    private volatile String fault = "";

    RemoteKeys(URI address) {
        this(address, System::nanoTime);
    }

    RemoteKeys(URI address, LongSupplier nanoTime) {
        this.address = address;
        this.nanoTime = nanoTime;
        fetch();
    }

    private record Fetched(List<JsonWebKey> keys, long at) {
    }

    private boolean isYoungerThan(Duration age, long at) {
        return nanoTime.getAsLong() - at < age.toNanos();
    }

    @Override
    public Key find(JsonWebSignature signature) throws UnresolvableKeyException {
        Optional<Fetched> now = fetched.filter(is -> isYoungerThan(STALE, is.at()));
        if (now.isEmpty()) {
            fetch();
            throw notNow();
        }
        if (!isYoungerThan(OLD, now.get().at())) {
            fetch();
        }
        try {
            return PublicKeys.select(now.get().keys(), signature);
        } catch (UnresolvableKeyException e) {
            // The key may have been created after the last fetch.
            if (fetch()) {
                throw notNow();
            }
            throw e;
        }
    }

    private static UnresolvableKeyException notNow() {
        return new UnresolvableKeyException("no keys", new NotNowException("they are being fetched"));
    }

    /** Starts a fetch unless one was tried just now. Returns whether a fetch is in progress. */
    private boolean fetch() {
        boolean tooSoon = tried.filter(at -> isYoungerThan(PAUSE, at)).isPresent();
        if (!tooSoon && fetching.compareAndSet(false, true)) {
            tried = Optional.of(nanoTime.getAsLong());
            CompletableFuture.runAsync(this::fetchNow).whenComplete((done, failed) -> fetching.set(false));
            // Also true if the fetch has completed meanwhile.
            return true;
        }
        return fetching.get();
    }

    private void fetchNow() {
        try {
            Get get = new Get();
            get.setConnectTimeout(TIMEOUT_MILLIS);
            get.setReadTimeout(TIMEOUT_MILLIS);
            get.setRetries(0);
            fetched = Optional.of(new Fetched(PublicKeys.parse(get.get(address.toString()).getBody()), nanoTime.getAsLong()));
            if (!fault.isEmpty()) {
                LOG.info("the keys of {} were fetched", address);
            }
            fault = "";
        } catch (IOException | RuntimeException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(fault)) {
                LOG.error("cannot fetch the keys of {}: {}; tokens that need them are refused until this succeeds", address, why);
            }
            fault = why;
        }
    }
}
