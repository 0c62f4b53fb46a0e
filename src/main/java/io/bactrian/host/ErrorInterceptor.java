package io.bactrian.host;

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
                if (late.isTold()) {
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

    /** Keeps back that a step is done until it returns, for it may still throw: DelegateSyncProcessor says so in a finally. */
    private static final class Late implements AsyncCallback {
        private final AsyncCallback callback;
        private boolean returned;
        private boolean said;
        private boolean told;

        private Late(AsyncCallback callback) {
            this.callback = callback;
        }

        @Override
        public void done(boolean sync) {
            synchronized (this) {
                said = true;
                if (told || sync && !returned) {
                    return;
                }
                told = true;
            }
            callback.done(sync);
        }

        synchronized boolean isTold() {
            return told;
        }

        void returned(boolean sync) {
            synchronized (this) {
                returned = true;
                if (told || !sync && !said) {
                    return;
                }
                told = true;
            }
            callback.done(sync);
        }
    }
}
