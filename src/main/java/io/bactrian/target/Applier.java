package io.bactrian.target;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.bactrian.access.LeaseException;
import io.bactrian.change.Change;
import io.bactrian.change.GuardTrippedException;
import io.bactrian.mirror.BatchProgress;
import io.bactrian.mirror.Mirror;
import io.bactrian.mirror.Stretch;
import io.bactrian.mirror.Stretches;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.WireHeaders;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the routes that change a replica. Thread-safe. */
public final class Applier {
    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

    /** Rejects a batch without a key, which the idempotent consumer would report as a fault of the route. */
    public void checkKey(@ExchangeProperty("request") Request request) {
        if (request.header(WireHeaders.IDEMPOTENCY_KEY).filter(key -> !key.isBlank()).isEmpty()) {
            throw new ProblemException(Problem.badRequest("A batch needs an " + WireHeaders.IDEMPOTENCY_KEY + "."));
        }
    }

    /** The key of a batch, unique among all mirrors and leases. */
    public String key(@ExchangeProperty("request") Request request) {
        return request.mirror().settings().name() + " " + request.header(WireHeaders.LEASE).orElse("") + " "
                + request.header(WireHeaders.IDEMPOTENCY_KEY).orElse("");
    }

    /** The earlier answer to the same batch. */
    public Message.Receipt answerAgain(@ExchangeProperty("request") Request request) throws LeaseException {
        request.mirror().lease().check(request.header(WireHeaders.LEASE));
        return request.mirror().remembered(key(request))
                .orElseThrow(() -> new ProblemException(Problem.inProgress()));
    }

    /** Begins the batch once the earlier ones are done, if the lease is still valid then. */
    public BatchProgress begin(@ExchangeProperty("request") Request request)
            throws IOException, LeaseException, ChangeFailedException, InterruptedException {
        Mirror mirror = request.mirror();
        Optional<String> lease = request.header(WireHeaders.LEASE);
        mirror.lease().check(lease);
        Optional<Long> number = sequence(request);
        if (number.isPresent()) {
            mirror.sequence().await(lease.orElseThrow(), number.get(), mirror.lease().length().toMillis());
        }
        Batch batch = mirror.replica().begin();
        boolean admitted = false;
        try {
            mirror.checkNotStopping();
            // Again: another sender may have got the lease while this request waited.
            mirror.lease().check(lease);
            admitted = true;
            return new BatchProgress(batch, mirror);
        } finally {
            if (!admitted) {
                batch.close();
            }
        }
    }

    private static Optional<Long> sequence(Request request) {
        try {
            return request.header(WireHeaders.SEQUENCE).map(Long::parseUnsignedLong);
        } catch (NumberFormatException e) {
            throw new ProblemException(Problem.badRequest(WireHeaders.SEQUENCE + " is a number."));
        }
    }

    /**
     * Checks whether the batch would remove too much, before any of it is applied.
     *
     * @throws GuardTrippedException if it would, or if the guard has tripped before and was not released
     */
    public void guard(@ExchangeProperty("applied") BatchProgress applied, @ExchangeProperty("request") Request request,
            @Body List<Change> changes) {
        boolean before = request.mirror().replica().removalGuard().tripped().isPresent();
        try {
            boolean witnessed = request.header(WireHeaders.WITNESSED).filter("removals"::equals).isPresent();
            applied.batch().admit(changes, witnessed);
        } catch (GuardTrippedException e) {
            if (!before) {
                LOG.warn("{}: {}", request.mirror().settings().name(), e.getMessage());
            }
            throw e;
        }
    }

    /** The batch's changes in stretches of one operation, which must be applied one after the other. */
    public Iterator<Stretch> stretches(@ExchangeProperty("applied") BatchProgress applied, @Body List<Change> changes) {
        return new Stretches(changes, path -> {
            try {
                return applied.batch().holdsDirectory(path);
            } catch (ChangeFailedException | RuntimeException e) {
                // Deleting it will meet the same fault, and record it for this path alone
                return false;
            }
        });
    }

    /** A stretch in slices, at most one for each core, which can be applied concurrently. */
    public List<Stretch> slices(@Body Stretch stretch) {
        return stretch.slices(Runtime.getRuntime().availableProcessors());
    }

    /** Each change of a stretch alone, for steps that look at single changes. */
    public List<Stretch> each(@Body Stretch stretch) {
        return stretch.each();
    }

    public void write(@ExchangeProperty("applied") BatchProgress applied, @Body Stretch files) {
        applied.make(files, change -> applied.batch().write((Change.WriteFile) change));
    }

    public void makeDirectories(@ExchangeProperty("applied") BatchProgress applied, @Body Stretch directories) {
        applied.make(directories, change -> applied.batch().make((Change.MakeDirectory) change));
    }

    public void link(@ExchangeProperty("applied") BatchProgress applied, @Body Stretch links) {
        applied.make(links, change -> applied.batch().link((Change.MakeLink) change));
    }

    public void move(@ExchangeProperty("applied") BatchProgress applied, @Body Stretch moves) {
        applied.make(moves, change -> applied.batch().move((Change.Move) change));
    }

    public void prune(@ExchangeProperty("applied") BatchProgress applied, @Body Stretch directories) {
        applied.make(directories, change -> applied.batch().prune((Change.Remove) change));
    }

    public void delete(@ExchangeProperty("applied") BatchProgress applied, @Body Stretch files) {
        applied.make(files, change -> applied.batch().delete((Change.Remove) change));
    }

    /** A step that a user has added rejected a stretch, or failed. */
    public void rejected(@ExchangeProperty("applied") BatchProgress applied, @Body Stretch stretch,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        applied.rejected(stretch, fault);
    }

    /**
     * Ends the batch: directories get their modes and times, and the index is committed. A directory that does not accept them (another
     * user owns it) is reported, and holds up nothing. Then the next batch may begin.
     */
    public void finish(@ExchangeProperty("applied") BatchProgress applied, @ExchangeProperty("request") Request request,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) throws IOException {
        boolean well = false;
        try {
            if (applied != null) {
                applied.batch().finish();
                well = fault == null;
            }
        } catch (ChangeFailedException e) {
            well = fault == null;
            applied.unfinished(e);
            Stream.of(e.getSuppressed()).filter(ChangeFailedException.class::isInstance)
                    .forEach(other -> applied.unfinished((ChangeFailedException) other));
        } finally {
            boolean whole = well;
            sequence(request).ifPresent(number -> request.mirror().sequence()
                    .done(request.header(WireHeaders.LEASE).orElse(""), number, whole));
        }
    }

    /** The answer, which is kept in case the batch is repeated. */
    public Message.Receipt receipt(@ExchangeProperty("applied") BatchProgress applied,
            @ExchangeProperty("request") Request request) {
        Message.Receipt receipt = applied.receipt();
        request.mirror().remember(key(request), receipt);
        applied.counted();
        return receipt;
    }
}
