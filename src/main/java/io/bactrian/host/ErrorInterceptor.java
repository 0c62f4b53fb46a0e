package io.bactrian.host;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Turns an {@link Error} that a step throws into a failure of its exchange, like an exception. Camel (4.18) does not catch it,
 * or even reports the step as done, and callers that wait for the exchange (a splitter, a timer's thread) wait for ever.
 * Thread-safe.
 */
public final class ErrorInterceptor implements InterceptStrategy {
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
            Late late = new Late(callback);
            boolean sync;
            try {
                sync = super.process(exchange, late);
            } catch (Error e) {
                if (late.isCalled()) {
                    throw e;
                }
                exchange.setException(e);
                late.done(true);
                sync = true;
            }
            late.returned(sync);
            return sync;
        }
    }

    /** Delays the callback of a step until the step returns: DelegateSyncProcessor calls it in a finally block, even on an Error. */
    private static final class Late implements AsyncCallback {
        private final AsyncCallback callback;
        private boolean returned;
        private boolean requested;
        private boolean called;

        private Late(AsyncCallback callback) {
            this.callback = callback;
        }

        @Override
        public void done(boolean sync) {
            synchronized (this) {
                requested = true;
                if (called || sync && !returned) {
                    return;
                }
                called = true;
            }
            callback.done(sync);
        }

        synchronized boolean isCalled() {
            return called;
        }

        void returned(boolean sync) {
            synchronized (this) {
                returned = true;
                if (called || !sync && !requested) {
                    return;
                }
                called = true;
            }
            callback.done(sync);
        }
    }
}
