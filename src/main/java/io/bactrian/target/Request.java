package io.bactrian.target;

import java.util.Optional;

import io.bactrian.access.Call;
import io.bactrian.mirror.Mirror;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * What a request asks for. Immutable.
 *
 * @param resource the first name behind the mirror's, such as {@code changes}
 * @param item     what follows it, still percent-encoded
 */
public record Request(String method, Mirror mirror, String resource, String item, HttpHeaders headers) {
    /** Method and resource, which the routes choose by. */
    public String call() {
        return method + " " + resource;
    }

    /** What its first line says. */
    public Call asCall() {
        return new Call(method, mirror.name(), resource, item);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
