package io.bactrian.gate;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import io.bactrian.wire.Problem;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;

/**
 * Refuses a body that is too long, and any body that would take the bodies in memory over their common limit. One
 * instance per connection.
 */
final class BodyLimit extends RequestCheck {
    private final int most;
    private final int room;
    private final AtomicLong all;
    private long length;

    /**
     * @param most longest body, in bytes
     * @param room bytes that the bodies of all connections may take together
     * @param all  bytes of bodies in memory now, over all connections
     */
    BodyLimit(int most, int room, AtomicLong all, RefusalCounts refusals) {
        super(refusals);
        this.most = most;
        this.room = room;
        this.all = all;
    }

    @Override
    protected Optional<Problem> check(ChannelHandlerContext context, HttpRequest head) {
        free();
        return HttpUtil.getContentLength(head, 0L) > most ? Optional.of(tooLong()) : Optional.empty();
    }

    @Override
    protected Optional<Problem> check(ChannelHandlerContext context, HttpContent part) {
        int more = part.content().readableBytes();
        length += more;
        Optional<Problem> problem = Optional.empty();
        if (length > most) {
            problem = Optional.of(tooLong());
        }
        if (all.addAndGet(more) > room) {
            problem = Optional.of(Problem.unavailable("The target is processing too many requests; try again later."));
        }
        if (problem.isPresent()) {
            free();
        }
        return problem;
    }

    private Problem tooLong() {
        return Problem.tooLarge("The body exceeds the limit of " + most + " bytes; send less in one request.");
    }

    /** A body counts as in memory until its answer is written. */
    @Override
    protected void answered() {
        free();
    }

    private void free() {
        all.addAndGet(-length);
        length = 0;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        super.handlerRemoved(context);
        free();
    }
}
