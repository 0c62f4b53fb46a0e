package io.bactrian.wire;

/** The header fields of Bactrian's requests that HTTP does not already name. */
public final class WireHeaders {
    /** The lease under which a request is made. */
    public static final String LEASE = "Bactrian-Lease";

    /** Names a batch, so that a repetition is answered and not applied (draft-ietf-httpapi-idempotency-key-header). */
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /**
     * Numbers the batches under a lease from 0. A batch that has it is applied when all before it were, so that a
     * sender may have several on their way; one that has none is applied when it comes.
     */
    public static final String SEQUENCE = "Bactrian-Sequence";

    private WireHeaders() {
    }
}
