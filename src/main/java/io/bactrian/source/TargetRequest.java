package io.bactrian.source;

import java.util.HashMap;
import java.util.Map;

import io.bactrian.upload.Part;
import io.bactrian.wire.Message;

/**
 * A request to a target, the body that {@code call-target} sends. Immutable.
 *
 * @param content a {@link Message}, a {@link Part}, or null
 * @param id      of the upload that it is about; empty if it is about none
 * @param headers by name, besides those that every request has
 */
public record TargetRequest(Object content, String id, Map<String, String> headers) {
    public TargetRequest {
        headers = Map.copyOf(headers);
    }

    public TargetRequest(Message content) {
        this(content, "", Map.of());
    }

    /** A request without a body. */
    public static TargetRequest about(String id) {
        return new TargetRequest(null, id, Map.of());
    }

    /** The same with another header. */
    public TargetRequest with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new TargetRequest(content, id, more);
    }
}
