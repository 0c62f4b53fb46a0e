package io.bactrian.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.bactrian.settings.Settings;
import io.bactrian.settings.SourceSettings;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WatchRoutesTest {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final WatchRoutes routes = new WatchRoutes();
    private final CountDownLatch starting = new CountDownLatch(1);
    private final CountDownLatch mayStart = new CountDownLatch(1);
    private SourceSettings source;

    @TempDir
    Path dir;

    @BeforeEach
    void a_template_whose_consumer_starts_slowly() throws Exception {
        context.addComponent("slow", new SlowComponent());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                routeTemplate("watch-source").templateParameter("source").templateParameter("directory")
                        .templateParameter("exclude").templateParameter("settle").from("slow:start").log("never");
            }
        });
        
        source = Settings.of(Map.of("bactrian.source.docs.directory", dir.toString(), "bactrian.source.docs.targets",
                "http://127.0.0.1:9"), Map.of()).sources().get(0);
        routes.setCamelContext(context);
        context.start();
    }

    @AfterEach
    void stop() {
        mayStart.countDown();
        context.stop();
    }

    @Test
    void a_stop_waits_until_the_route_that_is_being_added_has_started() throws Exception {
        CompletableFuture<Void> adding = CompletableFuture.runAsync(this::start);
        starting.await();
        Thread stopper = new Thread(context::stop);
        stopper.start();
        await().until(() -> stopper.getState() == Thread.State.BLOCKED || !context.getStatus().isStarted());
        assertThat(context.getStatus()).isEqualTo(ServiceStatus.Started);
        mayStart.countDown();
        assertThatCode(() -> adding.get(30, TimeUnit.SECONDS)).doesNotThrowAnyException();
        stopper.join();
        assertThat(context.getStatus()).isEqualTo(ServiceStatus.Stopped);
        assertThat(context.getRoutes()).isEmpty();
    }

    @Test
    void no_route_is_added_after_a_stop_has_begun() {
        mayStart.countDown();
        context.getLifecycleStrategies().forEach(strategy -> strategy.onContextStopping(context));
        start();
        assertThat(context.getRoutes()).isEmpty();
    }

    private void start() {
        try {
            routes.start(source, context);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private final class SlowComponent extends DefaultComponent {
        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new DefaultConsumer(this, processor) {
                        @Override
                        protected void doStart() throws Exception {
                            starting.countDown();
                            mayStart.await();
                            super.doStart();
                        }
                    };
                }
            };
        }
    }
}
