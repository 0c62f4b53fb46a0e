package io.bactrian.access;

import io.bactrian.wire.Operation;
import java.util.Optional;

/**
 * The operation that a request asks for, parsed from its method and path. Immutable.
 *
 * @param mirror   the name of the mirror
 * @param resource the path segment after it, such as {@code changes}
 * @param item     the rest of the path, still percent-encoded
 */
public record Call(String method, String mirror, String resource, String item) {
    /** Prefix of the path of every call. */
    public static final String PREFIX = "/v1/";

    /** Parses a request line; empty if the path names no mirror and resource. */
    public static Optional<Call> of(String method, String uri) {
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        String[] names = path.startsWith(PREFIX) ? path.substring(PREFIX.length()).split("/", 3) : new String[0];
        return names.length < 2 ? Optional.empty()
                : Optional.of(new Call(method, names[0], names[1], names.length > 2 ? names[2] : ""));
    }

    /** Nothing, if there is no such operation. */
    public Optional<Operation> operation() {
        return Operation.of(method, resource);
    }

    /** Whether it needs the right to write: all do, but for operations that are known to change nothing. */
    public boolean writes() {
        return operation().map(Operation::writes).orElse(true);
    }
}
