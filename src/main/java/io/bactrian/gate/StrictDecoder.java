package io.bactrian.gate;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * An HTTP decoder that rejects a request with two contradicting lengths (RFC 9112, 6.1), which a proxy in front might
 * take for two requests.
 */
final class StrictDecoder extends HttpRequestDecoder {
    /** Bytes in the request line. The longest path fits even if each byte is percent-encoded. */
    private static final int LINE = 16 << 10;
    private static final int HEAD = 16 << 10;
    /** Largest chunk in bytes. Netty's default of 8 KiB would cut 1 GiB into 130,000 chunks. */
    private static final int PIECE = 1 << 20;

    StrictDecoder() {
        super(new HttpDecoderConfig().setMaxInitialLineLength(LINE).setMaxHeaderSize(HEAD).setMaxChunkSize(PIECE)
                .setAllowDuplicateContentLengths(false).setStrictLineParsing(true));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("the request has both Content-Length and Transfer-Encoding");
    }
}
