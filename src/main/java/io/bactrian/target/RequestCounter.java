package io.bactrian.target;

import io.bactrian.wire.Operation;
import io.bactrian.wire.Problem;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** Counts the requests that a target has answered; unknown operations count as {@code other}. Thread-safe. */
public final class RequestCounter {
    private static final int OK = 200;

    /** Counts one request. */
    public void count(Exchange exchange, @ExchangeProperty("request") Request request,
            @ExchangeProperty("problem") Problem problem) {
        if (request == null) {
            // There is no such mirror.
            return;
        }
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, OK, Integer.class);
        request.mirror().received().request(request.call().operation().map(Operation::call).orElse("other"), status);
        if (problem != null) {
            request.mirror().received().error(problem.word());
        }
    }
}
