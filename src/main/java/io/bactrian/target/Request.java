package io.bactrian.target;

import java.util.Optional;

import io.bactrian.access.Call;
import io.bactrian.mirror.Mirror;
import io.netty.handler.codec.http.HttpHeaders;

/** A request to one mirror. Immutable. */
public record Request(Call call, Mirror mirror, HttpHeaders headers) {
    /** What follows the resource in the path, still percent-encoded. */
    public String item() {
        return call.item();
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
