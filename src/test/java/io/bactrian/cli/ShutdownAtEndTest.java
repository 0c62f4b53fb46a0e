package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.host.Finish;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultInflightRepository;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A run that ends by itself completes the exchanges in flight. */
class ShutdownAtEndTest {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final AtomicReference<Object> ended = new AtomicReference<>();

    @Test
    void waits_for_exchanges_in_flight() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("seda:work").process(exchange -> work());
                    from("scheduler:other?initialDelay=100000").routeId("other").log("never");
                }
            });
            context.start();
            Consumer other = context.getRoute("other").getConsumer();
            Finish finish = finishOf(context);
            context.createProducerTemplate().sendBody("seda:work", "");
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

            finish.done();
            // The stop reaches this route after the working one
            await().atMost(Duration.ofSeconds(60)).until(() -> !ServiceHelper.isStarted(other));
            mayEnd.countDown();

            await().atMost(Duration.ofSeconds(60)).until(() -> context.getStatus().isStopped());
            assertThat(ended).hasValue("in peace");
        }
    }

    @Test
    void exchanges_that_start_meanwhile_do_not_delay_the_stop() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            AtomicInteger asked = new AtomicInteger();
            context.setInflightRepository(new DefaultInflightRepository() {
                @Override
                public int size() {
                    // A timer fires after the work is done and calls a route that is stopped already
                    return asked.getAndIncrement() < 2 ? 0 : 1;
                }
            });
            context.start();
            Finish finish = finishOf(context);

            finish.done();

            await().atMost(Duration.ofSeconds(60)).until(() -> context.getStatus().isStopped());
        }
    }

    @Test
    void an_exchange_of_a_timer_still_finds_the_next_route() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            AtomicInteger asked = new AtomicInteger();
            context.setInflightRepository(new DefaultInflightRepository() {
                @Override
                public int size() {
                    if (asked.incrementAndGet() != 2) {
                        return super.size();
                    }
                    // A timer fires just after the check for exchanges in flight
                    context.createProducerTemplate().asyncSendBody("direct:tick", "");
                    await().atMost(Duration.ofSeconds(60)).until(() -> begun.getCount() == 0);
                    return 0;
                }
            });
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    // Camel stops routes from the last to the first
                    from("scheduler:other?initialDelay=100000").routeId("other").log("never");
                    from("direct:tick").process(exchange -> work()).to("direct:next?block=false");
                    from("direct:next").process(exchange -> ended.set("in the next route"));
                }
            });
            context.start();
            Consumer other = context.getRoute("other").getConsumer();
            Finish finish = finishOf(context);

            finish.done();
            await().atMost(Duration.ofSeconds(60)).until(() -> !ServiceHelper.isStarted(other));
            mayEnd.countDown();

            await().atMost(Duration.ofSeconds(60)).until(() -> context.getStatus().isStopped());
            assertThat(ended).hasValue("in the next route");
        }
    }

    @Test
    void does_not_log_a_timer_on_a_stopped_route_but_logs_failures() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger("org.apache.camel.component.scheduler.SchedulerConsumer");
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        log.addAppender(said);
        try (CamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("scheduler:tick?initialDelay=100000").routeId("tick").process(exchange -> work());
                }
            });
            context.start();
            DefaultConsumer timer = (DefaultConsumer) context.getRoute("tick").getConsumer();
            AsyncProcessor late = timer.getAsyncProcessor();
            finishOf(context).done();
            await().atMost(Duration.ofSeconds(60)).until(() -> context.getStatus().isStopped());

            // What the timer's thread does if it fires this late
            Exchange tick = timer.getEndpoint().createExchange();
            late.process(tick);
            assertThat(tick.getException()).isInstanceOf(RejectedExecutionException.class);
            timer.getExceptionHandler().handleException("Error processing exchange", tick, tick.getException());
            assertThat(said.list).isEmpty();

            timer.getExceptionHandler().handleException("Error processing exchange", tick, new IllegalStateException("a fault"));
            assertThat(said.list).hasSize(1);
        } finally {
            log.detachAppender(said);
        }
    }

    private static Finish finishOf(CamelContext context) {
        Finish finish = new Finish();
        finish.setCamelContext(context);
        ShutdownAtEnd.of(context, finish);
        return finish;
    }

    private void work() {
        begun.countDown();
        try {
            ended.set(mayEnd.await(60, TimeUnit.SECONDS) ? "in peace" : "late");
        } catch (InterruptedException e) {
            ended.set(e);
        }
    }
}
