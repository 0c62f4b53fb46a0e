package io.bactrian.gate;

import java.util.List;
import java.util.Optional;

import io.bactrian.wire.Problem;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/** Refuses a request that was meant for another server, or that a page of another site makes. For one connection. */
final class HostCheck extends RequestCheck {
    private final Optional<HostNames> names;

    /** @param names of the server; nothing, if its callers prove who they are, so that no name says anything */
    HostCheck(Optional<HostNames> names, RefusalCounts refusals) {
        super(refusals);
        this.names = names;
    }

    @Override
    protected Optional<Problem> check(ChannelHandlerContext context, HttpRequest head) {
        List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
        // None is refused by others: a request without one is no HTTP/1.1
        if (names.isPresent() && !hosts.stream().allMatch(names.get()::contains)) {
            return Optional.of(Problem.misdirected("The name in Host is none of this server's: call it by its address, or by "
                    + "localhost, or add the name to its bactrian.names."));
        }
        return HostNames.foreign(hosts, head.headers().getAll(HttpHeaderNames.ORIGIN));
    }
}
