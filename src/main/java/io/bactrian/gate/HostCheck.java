package io.bactrian.gate;

import java.util.List;
import java.util.Optional;

import io.bactrian.wire.Problem;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/**
 * Refuses a request whose {@code Host} names another server, or whose {@code Origin} is another site. One instance per
 * connection.
 */
final class HostCheck extends RequestCheck {
    private final Optional<HostNames> names;

    /**
     * @param names accepted in {@code Host}; empty accepts any name, for servers whose callers authenticate themselves
     */
    HostCheck(Optional<HostNames> names, RefusalCounts refusals) {
        super(refusals);
        this.names = names;
    }

    @Override
    protected Optional<Problem> check(ChannelHandlerContext context, HttpRequest head) {
        List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
        // A missing Host is refused by RequestValidation
        if (names.isPresent() && !hosts.stream().allMatch(names.get()::contains)) {
            return Optional.of(Problem.misdirected("The name in Host is not a name of this server: use its IP address or "
                    + "localhost, or add the name to bactrian.names."));
        }
        return HostNames.foreign(hosts, head.headers().getAll(HttpHeaderNames.ORIGIN));
    }
}
