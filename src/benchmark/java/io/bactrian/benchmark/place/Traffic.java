package io.bactrian.benchmark.place;

/** Bytes on the link, with the headers of IP and Ethernet, as the source's end counts them. Immutable. */
public record Traffic(long sent, long received) {
    /** What came since then. */
    public Traffic since(Traffic before) {
        return new Traffic(sent - before.sent, received - before.received);
    }

    /** Both directions. */
    public long bytes() {
        return sent + received;
    }
}
