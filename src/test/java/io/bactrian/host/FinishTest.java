package io.bactrian.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.host.Finish.Outcome;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FinishTest {
    private final CamelContext context = new DefaultCamelContext();
    private final Finish finish = new Finish();

    @BeforeEach
    void start() throws Exception {
        finish.setCamelContext(context);
        context.getShutdownStrategy().setTimeout(5);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:work").choice()
                        .when(body().isEqualTo("done")).bean(finish, "done")
                        .when(body().isEqualTo("differences")).bean(finish, "differences")
                        .otherwise().bean(finish, "failed(${body})");
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void stops_the_context_from_a_route_that_still_completes() {
        assertThat(context.createProducerTemplate().requestBody("direct:work", "done")).isEqualTo("done");

        await().atMost(Duration.ofSeconds(60)).until(context::isStopped);
        assertThat(finish.outcome()).contains(Outcome.DONE);
    }

    @Test
    void the_first_outcome_stands() {
        finish.differences();
        finish.failed("too late");
        finish.done();

        assertThat(finish.outcome()).contains(Outcome.DIFFERENCES);
        assertThat(Outcome.DIFFERENCES.code()).isEqualTo(1);
        assertThat(Outcome.FAILED.code()).isEqualTo(3);
    }
}
