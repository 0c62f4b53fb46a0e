package io.bactrian.mirror;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.bactrian.access.BatchSequence;
import io.bactrian.access.Lease;
import io.bactrian.content.QuotaProbe;
import io.bactrian.fault.Faults;
import io.bactrian.measure.CpuTime;
import io.bactrian.measure.TargetCounters;
import io.bactrian.replica.Replica;
import io.bactrian.replica.disk.DiskUsage;
import io.bactrian.replica.trash.Trash;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.TreePath;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.Status;
import io.bactrian.wire.Status.Trouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One target mirror: its replica, its lease, its counters, and its recent answers. Thread-safe. */
public final class Mirror {
    /** The name that stands for all mirrors of a process. */
    public static final String ALL = "-";

    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

    /** Answers that are kept for senders that did not receive them. */
    private static final int ANSWERS = 1000;

    /** Time after which a fault that was not repeated is over, and the same fault is logged again. */
    private static final Duration FAULT_VALIDITY = Duration.ofMinutes(1);

    /** An upload that has received nothing for this long may be discarded when the disk is full. */
    private static final Duration IDLE_UPLOAD = Duration.ofSeconds(10);

    private final TargetSettings settings;
    private final Replica replica;
    private final QuotaProbe quotaProbe;
    private final Lease lease;
    private final BatchSequence sequence = new BatchSequence();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Map<String, Message.Receipt> answers = new Recent<>();
    private final Map<String, Instant> logged = new Recent<>();
    private final TargetCounters received = new TargetCounters();
    private volatile boolean stopped;
    private final ScrubSchedule scrubs;
    private final DriftCheck check;
    private Optional<Trouble> lastError = Optional.empty();

    /** The entries that were put last. */
    private static final class Recent<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > ANSWERS;
        }
    }

    public Mirror(TargetSettings settings, Replica replica, Duration length) {
        this.settings = settings;
        this.replica = replica;
        this.quotaProbe = new QuotaProbe(replica.staging());
        this.lease = new Lease(length);
        this.scrubs = new ScrubSchedule(settings.name(), settings.value(Property.TARGET_SCRUB), received.repairs(), System::nanoTime);
        this.check = new DriftCheck(settings.name(), received.repairs(), settings.value(Property.TARGET_CHECK));
    }

    public String name() {
        return settings.name();
    }

    /** Tells whether contents can be written within the disk quota. */
    public QuotaProbe quotaProbe() {
        return quotaProbe;
    }

    /** Scans the directory, so that the index matches it. */
    public void scan() throws IOException {
        CpuTime effort = new CpuTime();
        replica.scan();
        // The first scan costs at least as much as any later one.
        check.took(effort.soFar());
        ready.countDown();
    }

    /** Waits for the first scan; returns whether it is done. */
    public boolean awaitReady(Duration most) {
        try {
            return ready.await(most.toMillis(), TimeUnit.MILLISECONDS) && !stopped;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Refuses new work and wakes those that wait for their turn. */
    public void stop() {
        stopped = true;
        sequence.stop();
        ready.countDown();
    }

    /** @throws ProblemException if the mirror is stopping */
    public void checkNotStopping() {
        if (stopped) {
            throw new ProblemException(Problem.stopping());
        }
    }

    public synchronized void remember(String key, Message.Receipt answer) {
        answers.put(key, answer);
    }

    public synchronized Optional<Message.Receipt> remembered(String key) {
        return Optional.ofNullable(answers.get(key));
    }

    /** Records a fault. Returns false if the same was recorded for this path within the last minute. */
    public synchronized boolean trouble(String path, String what) {
        Instant before = logged.put(path + '\0' + what, Instant.now());
        lastError = Optional.of(new Trouble(Instant.now(), path, what));
        return before == null || before.isBefore(Instant.now().minus(FAULT_VALIDITY));
    }

    public synchronized Status.Replica status() {
        Optional<Trash.Count> trash = replica.trash().count();
        DiskUsage space = DiskUsage.of(settings.directory().resolve(TreePath.OWN), trash.map(Trash.Count::bytes).orElse(0L));
        Optional<String> guard = replica.removalGuard().tripped();
        return new Status.Replica(settings.name(), settings.directory().toString(), isReady(), unhealthy(guard), guard,
                lease.sender(), received.totals(), received.outcomes(), received.batches(), received.errors(),
                received.requests(), space.staging().uploads(), space.staging().bytes(), lastError,
                scrubs.last().map(ScrubRun::status), received.repairs().status(),
                trash.map(is -> new Status.Trash(is.files(), is.bytes(), is.oldest())), check.status(),
                Optional.of(new Status.Space(space.all(), space.staging().bytes(), space.index(), space.reserve(), space.trash())));
    }

    private boolean isReady() {
        return ready.getCount() == 0 && !stopped;
    }

    /** Senders retry every few seconds, so a fault that was not repeated for a while is over. */
    private List<String> unhealthy(Optional<String> guard) {
        List<String> reasons = new ArrayList<>(guard.stream().toList());
        if (!isReady()) {
            reasons.add("the first scan has not finished");
        }
        lastError.filter(error -> error.at().isAfter(Instant.now().minus(FAULT_VALIDITY)))
                .ifPresent(error -> reasons.add(error.path().isEmpty() ? error.what() : error.path() + ": " + error.what()));
        return reasons;
    }

    /** The counters of this mirror. */
    public TargetCounters received() {
        return received;
    }

    /**
     * Frees space on a full disk: discards idle uploads and the oldest entries of the trash. The sender tries again.
     */
    public void freeSpace(Throwable fault) {
        if (!Faults.isFull(fault)) {
            return;
        }
        try {
            replica.staging().sweep(IDLE_UPLOAD);
            if (replica.trash().dropOldest()) {
                LOG.warn("{}: the disk is full: the oldest files in the trash were deleted", settings.name());
            }
        } catch (IOException e) {
            LOG.warn("{}: the disk is full, and deleting the oldest files in the trash failed: {}", settings.name(), e.getMessage());
        }
    }

    /** The schedule of scrubs. */
    public ScrubSchedule scrubs() {
        return scrubs;
    }

    /** Returns true once when a scrub is due. */
    public boolean takeScrub() {
        return ready.getCount() == 0 && scrubs.take();
    }

    /** Returns true once when a check for foreign changes is due; never during a scrub, which finds them anyway. */
    public boolean takeCheck() {
        return isReady() && !scrubs.isUnderWay() && check.take();
    }

    /** The check for foreign changes. */
    public DriftCheck check() {
        return check;
    }

    public Replica replica() {
        return replica;
    }

    public Lease lease() {
        return lease;
    }

    /** The order in which batches of the lease's holder are applied. */
    public BatchSequence sequence() {
        return sequence;
    }

    public TargetSettings settings() {
        return settings;
    }
}
