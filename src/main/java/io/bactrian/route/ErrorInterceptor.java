package io.bactrian.route;

import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Makes an {@link Error} that a step throws a failure of its exchange, as what a bean throws is. Camel (4.18) does not catch
 * it, or even says that the step is done, and whoever waits for the exchange waits for ever: the splitter of a turn, a
 * timer's thread. Thread-safe.
 */
final class ErrorInterceptor implements InterceptStrategy {
    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode definition, Processor target,
            Processor nextTarget) {
        return new Step(target);
    }

    private static final class Step extends DelegateAsyncProcessor {
        private Step(Processor target) {
            super(target);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            AtomicBoolean told = new AtomicBoolean();
            boolean sync;
            try {
                // What is done at once is told below: it may still throw (DelegateSyncProcessor says so in a finally)
                sync = super.process(exchange, at -> {
                    if (!at && told.compareAndSet(false, true)) {
                        callback.done(false);
                    }
                });
            } catch (Error e) {
                if (told.get()) {
                    throw e;
                }
                exchange.setException(e);
                sync = true;
            }
            if (sync && told.compareAndSet(false, true)) {
                callback.done(true);
            }
            return sync;
        }
    }
}
