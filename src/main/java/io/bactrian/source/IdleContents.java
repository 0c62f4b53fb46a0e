package io.bactrian.source;

import java.util.List;
import java.util.Optional;

import io.bactrian.fault.Faults;
import io.bactrian.link.Link;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The steps of {@code drop-contents}: asks a target to discard uploads that no change will use. Thread-safe. */
public final class IdleContents {

    /** The uploads that are idle, according to the comparisons since. */
    public List<String> take(@ExchangeProperty("link") Link link) {
        return link.uploads().takeIdle();
    }

    /** The request to discard an upload. */
    public TargetRequest request(@Body String id) {
        return TargetRequest.about(id);
    }

    /** An upload could not be discarded; that is retried unless the target has refused it. */
    public void keep(@ExchangeProperty("link") Link link, @ExchangeProperty("content") String id,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        Optional<Problem> answer = Faults.find(fault, ProblemException.class).map(ProblemException::problem);
        if (answer.isEmpty() || answer.get().isLeaseLost() || answer.get().isLeaseHeld() || answer.get().isStopping()) {
            link.uploads().stillIdle(id);
        }
    }
}
