package io.bactrian.source;

import java.util.List;
import java.util.Optional;

import io.bactrian.fault.Faults;
import io.bactrian.link.Link;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The steps of the routes that have a target remove what no change will name any more. Thread-safe. */
public final class IdleContents {

    /** What lies at the target for nothing, as comparisons since have found. */
    public List<String> take(@ExchangeProperty("link") Link link) {
        return link.uploads().takeIdle();
    }

    /** One of these could not be removed: it will be, unless the target, or a version before this, does not want to. */
    public void keep(@ExchangeProperty("link") Link link, @ExchangeProperty("content") String id,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        Optional<Problem> answer = Faults.find(fault, ProblemException.class).map(ProblemException::problem);
        if (answer.isEmpty() || answer.get().isLeaseLost() || answer.get().isLeaseHeld() || answer.get().isStopping()) {
            link.uploads().stillIdle(id);
        }
    }
}
