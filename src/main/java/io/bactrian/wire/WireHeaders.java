package io.bactrian.wire;

/** The header fields of Bactrian's requests that HTTP does not already name. */
public final class WireHeaders {
    /** The lease under which a request is made. */
    public static final String LEASE = "Bactrian-Lease";

    /** Names a batch, so that a repetition is answered and not applied (draft-ietf-httpapi-idempotency-key-header). */
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private WireHeaders() {
    }
}
