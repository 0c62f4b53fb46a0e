package io.bactrian.gate;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.bactrian.settings.GateSettings;
import io.bactrian.wire.Problem;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;

/**
 * Limits the time that a connection may take to send a request and to read the answer. One request is handled at a
 * time: nothing is read while one is being processed, so pipelined requests take no memory and are answered in order.
 * The processing itself is not limited. One instance per connection.
 */
final class Timeouts extends ChannelDuplexHandler {
    /** What the connection is waiting for. */
    enum Phase { FIRST, NEXT, BODY, WORK, READER, END }

    private final GateSettings limits;
    private final RefusalCounts refusals;
    private volatile Phase phase = Phase.FIRST;
    private volatile long since = System.nanoTime();
    private volatile boolean proven;
    private HttpRequest head;
    private Future<?> alarm;
    private boolean informing;

    Timeouts(GateSettings limits, RefusalCounts refusals) {
        this.limits = limits;
        this.refusals = refusals;
    }

    /** Whether it waits for its caller, so it may be closed to free a place. */
    boolean isWaiting() {
        return phase == Phase.FIRST || phase == Phase.NEXT || phase == Phase.BODY;
    }

    /** Whether it has never carried a complete request. */
    boolean isUnproven() {
        return !proven;
    }

    /** When the current phase began, by {@link System#nanoTime}. */
    long since() {
        return since;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        enter(context, Phase.FIRST, limits.headTime());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        disarm();
    }

    private void enter(ChannelHandlerContext context, Phase next, Duration most) {
        phase = next;
        since = System.nanoTime();
        disarm();
        if (most != null) {
            alarm = context.executor().schedule(() -> expire(context), most.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void disarm() {
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
    }

    private void expire(ChannelHandlerContext context) {
        if (phase == Phase.BODY) {
            Problem problem = Problem.tooSlow("The request did not arrive completely within "
                    + limits.bodyTime().toSeconds() + " s; send less in one request.");
            refusals.count(problem);
            context.writeAndFlush(ErrorResponse.of(head, problem));
        } else if (phase == Phase.FIRST) {
            refusals.count(RefusalCounts.SLOW_HEAD);
        }
        phase = Phase.END;
        context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof HttpRequest request) {
            head = request;
            enter(context, Phase.BODY, limits.bodyTime());
        }
        if (message instanceof LastHttpContent && phase == Phase.BODY) {
            context.channel().config().setAutoRead(false);
            proven = true;
            enter(context, Phase.WORK, null);
        }
        super.channelRead(context, message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpResponse answer) {
            informing = answer.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (!informing && phase == Phase.WORK) {
                enter(context, Phase.READER, null);
            }
        }
        if (message instanceof LastHttpContent && !informing) {
            super.write(context, message, promise.unvoid().addListener(written -> {
                // If the answer came before the end of the request, it was the last one and the connection is closing.
                if (phase == Phase.READER) {
                    enter(context, Phase.NEXT, limits.idle());
                    context.channel().config().setAutoRead(true);
                }
            }));
            return;
        }
        super.write(context, message, promise);
    }

    /** Closes the connection when nothing of an answer could be written for the idle time. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof IdleStateEvent idle && idle.state() == IdleState.WRITER_IDLE && phase == Phase.READER) {
            refusals.count(RefusalCounts.SLOW_READER);
            phase = Phase.END;
            context.close();
        }
        super.userEventTriggered(context, event);
    }
}
