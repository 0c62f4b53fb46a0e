package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.bactrian.change.TouchedPath;
import io.bactrian.content.Range;
import io.bactrian.link.Link;
import io.bactrian.manage.StatusReport;
import io.bactrian.plan.Work;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;
import io.bactrian.upload.BufferPool;
import io.bactrian.upload.PartQueue;
import io.bactrian.wire.Message;
import io.bactrian.wire.Status;
import org.apache.camel.Processor;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.SplitDefinition;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Something is thrown where nobody catches it: by a step that is no bean, or by Camel between two steps, as when there is
 * no memory for a message. It is seen, what it was part of ends, and all is compared after it.
 */
@Timeout(600)
class DyingStepTest {
    private static final Message.Session SESSION = new Message.Session("L", 15, Digest.EMPTY, false, true);

    enum Fault {
        ERROR(() -> new StackOverflowError("thrown by a test")),
        MEMORY(() -> new OutOfMemoryError("thrown by a test")),
        RUNTIME(() -> new IllegalStateException("thrown by a test"));

        private final Supplier<Throwable> made;

        Fault(Supplier<Throwable> made) {
            this.made = made;
        }

        <T> T raise() {
            Throwable thrown = made.get();
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }

        Processor processor() {
            return exchange -> raise();
        }

        /** Gives one, and dies when it is asked for the next. */
        <T> Iterator<T> after(T first) {
            AtomicInteger asked = new AtomicInteger();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return true;
                }

                @Override
                public T next() {
                    return asked.getAndIncrement() == 0 ? first : raise();
                }
            };
        }
    }

    @TempDir
    Path dir;

    /** Without what Awaitility does of itself: to throw here what ended another thread. */
    private static ConditionFactory await() {
        return RouteBench.await().dontCatchUncaughtExceptions();
    }

    @AutoClose
    private RouteBench routes;

    private Link given(String... only) throws Exception {
        routes = RouteBench.source(dir).only(only);
        Files.writeString(dir.resolve("source/a"), "x");
        return routes.link();
    }

    private void begin(Link link) throws Exception {
        routes.start();
        link.open();
        link.connected(SESSION);
        link.touch(List.of(TouchedPath.entry("a")));
        assertThat(link.takeTurn()).isTrue();
        routes.template().asyncSend("direct:send-changes", exchange -> exchange.getMessage().setBody(link));
    }

    private Status.Link status() {
        return routes.bean("status", StatusReport.class).get().sources().get(0);
    }

    /** What went wrong without an error is tried again as it was; after an error all is compared. */
    private void assertTurnEnded(Link link, Fault fault) {
        await().until(() -> link.isResting() && link.lastError().isPresent());
        if (fault != Fault.RUNTIME) {
            assertSeenAndComparedAfter(link);
        }
        assertThat(status().unhealthy()).anySatisfy(why -> assertThat(why).contains("thrown by a test"));
    }

    private void assertSeenAndComparedAfter(Link link) {
        await().until(link::isResting);
        await().until(() -> !status().unhealthy().isEmpty());
        assertThat(status().inStep()).isFalse();
        assertThat(status().unhealthy()).anySatisfy(why -> assertThat(why).contains("thrown by a test"));
        await().until(() -> {
            link.takeTurn();
            return link.take().contains(TouchedPath.EVERYTHING);
        });
    }

    @ParameterizedTest
    @EnumSource
    void in_the_first_step_of_a_turn(Fault fault) throws Exception {
        Link link = given(RouteBench.TURN);
        routes.advise("send-changes", route -> route.weaveAddFirst().process(fault.processor()));
        begin(link);
        await().until(() -> link.isResting() && link.lastError().isPresent());
        assertSeenAndComparedAfter(link);
    }

    @ParameterizedTest
    @EnumSource
    void in_the_first_step_of_an_upload(Fault fault) throws Exception {
        routes = RouteBench.source(dir, "bactrian.content.parallel=1").only("send-contents");
        Link link = routes.link();
        routes.advise("send-contents", route -> route.weaveAddFirst().process(fault.processor()));
        beginUpload(link);

        assertSeenAndComparedAfter(link);
        assertThat(link.uploads().queue(new Work.Upload("other", Stat.of(dir.resolve("source/large")).orElseThrow())))
                .as("there is room for another that sends").isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void before_a_turn_has_a_plan(Fault fault) throws Exception {
        Link link = given(RouteBench.TURN);
        routes.advise("send-changes", route -> route.weaveByType(SplitDefinition.class).before().process(fault.processor()));
        begin(link);
        assertTurnEnded(link, fault);
    }

    @ParameterizedTest
    @EnumSource
    void in_the_split_of_a_turn(Fault fault) throws Exception {
        Link link = given(RouteBench.TURN);
        routes.advise("send-changes", route -> route.weaveByToUri("direct:send-batch").before().process(fault.processor()));
        begin(link);
        assertTurnEnded(link, fault);
    }

    @ParameterizedTest
    @EnumSource
    void in_the_first_step_of_a_comparison(Fault fault) throws Exception {
        Link link = given(RouteBench.TURN);
        routes.advise("compare-changes", route -> route.weaveAddFirst().process(fault.processor()));
        begin(link);
        assertTurnEnded(link, fault);
    }

    @ParameterizedTest
    @EnumSource
    void before_a_comparison(Fault fault) throws Exception {
        Link link = given(RouteBench.TURN);
        routes.advise("compare-changes", route -> route.weaveByType(SplitDefinition.class).before().process(fault.processor()));
        begin(link);
        assertTurnEnded(link, fault);
    }

    @ParameterizedTest
    @EnumSource
    void between_the_content_filter_and_the_batch(Fault fault) throws Exception {
        Link link = given(RouteBench.TURN);
        routes.advise("compare-changes", route -> route.weaveByType(FilterDefinition.class).before().process(fault.processor()));
        begin(link);
        assertTurnEnded(link, fault);
    }

    @ParameterizedTest
    @EnumSource
    void in_a_component_within_the_split(Fault fault) throws Exception {
        Link link = given(RouteBench.TURN);
        routes.start();
        routes.mock("direct:send-batch").whenAnyExchangeReceived(fault.processor());
        begin(link);
        assertTurnEnded(link, fault);
    }

    @ParameterizedTest
    @EnumSource
    void between_two_parts_of_a_large_content(Fault fault) throws Exception {
        routes = RouteBench.source(dir).only("send-contents", "send-parts");
        Link link = routes.link();
        routes.advise("send-contents", route -> route.weaveByToUri("direct:announce-content").replace().to("direct:send-parts"));
        PartQueue parts = new PartQueue("large", 2, "id", fault.after(new Range(0, 1)), new Semaphore(1), new BufferPool(1),
                (range, into) -> into.put((byte) 'x').flip());
        routes.advise("send-parts", route -> route.weaveById("cut-into-parts").replace()
                .process(exchange -> exchange.setProperty("parts", parts)));
        beginUpload(link);

        assertUploadSeen(link);
    }

    private void beginUpload(Link link) throws Exception {
        routes.start();
        link.open();
        link.connected(SESSION);
        Path file = Files.writeString(dir.resolve("source/large"), "xx");
        assertThat(link.uploads().queue(new Work.Upload("large", Stat.of(file).orElseThrow()))).isTrue();
        routes.template().asyncSend("direct:send-contents", exchange -> exchange.getMessage().setBody(link));
    }

    private void assertUploadSeen(Link link) {
        await().until(() -> link.uploads().underWay() == 0);
        assertSeenAndComparedAfter(link);
    }

    @ParameterizedTest
    @EnumSource
    void a_timers_tick_which_is_followed_by_others(Fault fault) throws Exception {
        AtomicInteger ticks = new AtomicInteger();
        routes = RouteBench.source(dir);
        routes.advise("tend-links", route -> route.weaveAddFirst().process(exchange -> {
            if (ticks.incrementAndGet() == 1) {
                fault.raise();
            }
        }));
        routes.start();

        await().until(() -> ticks.get() > 2);
        assertThat(status().unhealthy()).anySatisfy(why -> assertThat(why).contains("tend-links failed", "thrown by a test"));
    }

    @ParameterizedTest
    @EnumSource
    void a_sweep_of_a_target_which_is_followed_by_others(Fault fault) throws Exception {
        AtomicInteger sweeps = new AtomicInteger();
        routes = RouteBench.target(dir);
        for (String sweep : List.of("sweep-staging", "sweep-trash", "scrub-replicas")) {
            routes.advise(sweep, route -> {
                route.replaceFromWith("scheduler:" + sweep + "?delay=50&initialDelay=0");
                route.weaveAddFirst().process(exchange -> {
                    if (sweeps.incrementAndGet() <= 3) {
                        fault.raise();
                    }
                });
            });
        }
        routes.start();

        await().until(() -> sweeps.get() > 9);
        assertThat(routes.bean("status", StatusReport.class).get().targets().get(0).unhealthy())
                .anySatisfy(why -> assertThat(why).contains("thrown by a test"));
    }

    @ParameterizedTest
    @EnumSource
    void the_beginning_of_an_upload(Fault fault) throws Exception {
        routes = RouteBench.source(dir).only("send-contents");
        routes.advise("send-contents", route -> route.weaveByType(LoopDefinition.class).selectFirst().before().process(fault.processor()));
        Link link = routes.link();
        beginUpload(link);

        assertUploadSeen(link);
    }

    @ParameterizedTest
    @EnumSource
    void within_an_upload(Fault fault) throws Exception {
        routes = RouteBench.source(dir).only("send-contents");
        routes.advise("send-contents", route -> route.weaveByToUri("direct:announce-content").before().process(fault.processor()));
        Link link = routes.link();
        beginUpload(link);

        assertUploadSeen(link);
    }
}
