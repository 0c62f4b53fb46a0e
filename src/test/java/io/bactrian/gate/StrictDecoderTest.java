package io.bactrian.gate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import org.junit.jupiter.api.Test;

class StrictDecoderTest {
    @Test
    void data_received_at_once_is_neither_split_nor_copied() {
        EmbeddedChannel connection = new EmbeddedChannel(new StrictDecoder());
        ByteBuf received = Unpooled.buffer().writeBytes(new byte[256 << 10]);

        connection.writeInbound(Unpooled.copiedBuffer("PUT /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n",
                US_ASCII));
        assertThat(connection.<HttpRequest>readInbound().uri()).isEqualTo("/v1/x");
        connection.writeInbound(received);
        HttpContent piece = connection.readInbound();

        assertThat(piece.content().readableBytes()).isEqualTo(256 << 10);
        assertThat(piece.content().array()).isSameAs(received.array());
        piece.release();
        connection.finishAndReleaseAll();
    }
}
