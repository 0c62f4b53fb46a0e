package io.bactrian.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.bactrian.access.AccessFile;
import io.bactrian.access.Token;
import io.bactrian.link.Link;
import io.bactrian.settings.InvalidSettingException;
import io.bactrian.settings.Settings;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/**
 * Adds the tokens of sources to requests, as their files have them now. A request gets its token in the last handler before the
 * connection, so that nothing can log it. Thread-safe.
 */
@Sharable
public final class Credentials extends ChannelOutboundHandlerAdapter {
    /** The header with the index of the token, which the token replaces. */
    private static final String WHICH = "Bactrian-Credential";

    private final List<Path> files;
    private final List<AccessFile<String>> tokens = new ArrayList<>();

    /** @throws InvalidSettingException if a file cannot be used */
    public Credentials(Supplier<Settings> settings) {
        files = Stream.concat(settings.get().sources().stream(), settings.get().verify().stream())
                .flatMap(source -> source.tokenFile().stream()).distinct().toList();
        for (Path path : files) {
            AccessFile<String> file = Token.in(path);
            try {
                file.get();
            } catch (IOException e) {
                throw new InvalidSettingException("the token cannot be used: " + e.getMessage());
            }
            tokens.add(file);
        }
    }

    /** @throws IOException if the file with the link's token cannot be used any more */
    public void show(Exchange exchange, @ExchangeProperty("link") Link link) throws IOException {
        Optional<Path> file = link.source().tokenFile();
        if (file.isPresent()) {
            int which = files.indexOf(file.get());
            tokens.get(which).get();
            exchange.getMessage().setHeader(WHICH, which);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpRequest request && request.headers().contains(WHICH)) {
            String token = tokens.get(request.headers().getInt(WHICH)).get();
            request.headers().remove(WHICH).set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token);
        }
        super.write(context, message, promise);
    }
}
