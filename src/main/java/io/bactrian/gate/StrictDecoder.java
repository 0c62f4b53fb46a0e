package io.bactrian.gate;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Takes no request that says in two ways where it ends (RFC 9112, 6.1): somebody in between may see two. */
final class StrictDecoder extends HttpRequestDecoder {
    /** The longest path, of which each byte may be percent-encoded. */
    private static final int LINE = 16 << 10;
    private static final int HEAD = 16 << 10;
    /** Whatever was received at once is handed on as one: 8 KiB, as is usual, would be 130,000 pieces of 1 GiB. */
    private static final int PIECE = 1 << 20;

    StrictDecoder() {
        super(new HttpDecoderConfig().setMaxInitialLineLength(LINE).setMaxHeaderSize(HEAD).setMaxChunkSize(PIECE)
                .setAllowDuplicateContentLengths(false).setStrictLineParsing(true));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
