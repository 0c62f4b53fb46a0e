package io.bactrian.target;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.bactrian.access.LeaseException;
import io.bactrian.host.Finish;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.mirror.Mirror;
import io.bactrian.replica.write.Batch;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Entry;
import io.bactrian.tree.TreePath;
import io.bactrian.wire.Message;
import io.bactrian.wire.Message.CompareTree;
import io.bactrian.wire.Message.Tree;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import io.bactrian.wire.WireHeaders;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the routes that answer a sender without changing the replica. Thread-safe. */
public final class Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Entries in one answer, so that it stays within a few MiB. */
    private static final int MOST_ENTRIES = 20_000;

    private final Settings settings;
    private final Finish finish;

    public Receiver(Supplier<Settings> settings, Finish finish) {
        this.settings = settings.get();
        this.finish = finish;
    }

    // --- open-session, close-session

    /** Grants the lease to the sender; the answer has the root digest of the replica. */
    public Message.Session open(@ExchangeProperty("request") Request request, @Body Message.OpenSession wanted)
            throws LeaseException, IOException, ChangeFailedException {
        Mirror mirror = request.mirror();
        if (!mirror.awaitReady(PATIENCE)) {
            throw new ProblemException(Problem.unavailable("The target is still scanning its directory."));
        }
        Optional<String> before = mirror.lease().sender();
        try (Batch quiet = mirror.replica().begin()) {
            String lease = mirror.lease().open(wanted.sender(), wanted.instance(), request.header(WireHeaders.LEASE));
            mirror.sequence().begin(lease);
            if (!before.equals(mirror.lease().sender())) {
                LOG.info("{}: {} sends", mirror.settings().name(), mirror.lease().sender().orElse(""));
            }
            return new Message.Session(lease, mirror.lease().length().toSeconds(), root(mirror),
                    mirror.settings().value(Property.TARGET_KEEP_SETUID), mirror.settings().value(Property.TARGET_LINKS));
        }
    }

    private static Digest root(Mirror mirror) {
        return mirror.replica().index().digest(TreePath.ROOT);
    }

    /** Takes the lease back; with --once, the process ends. */
    public void close(@ExchangeProperty("request") Request request) {
        boolean held = request.mirror().lease().release(request.header(WireHeaders.LEASE));
        if (held && settings.value(Property.ONCE) && settings.sources().isEmpty()) {
            finish.done();
        }
    }

    /** Rejects a request without the lease. */
    public void checkLease(@ExchangeProperty("request") Request request) throws LeaseException {
        request.mirror().lease().check(request.header(WireHeaders.LEASE));
    }

    // --- compare-tree

    /** Lists the directories whose digests differ from those of the caller. */
    public Tree compare(@ExchangeProperty("request") Request request, @Body CompareTree question)
            throws IOException, ChangeFailedException {
        question.directories().forEach(known -> checkPath(known.path(), TreePath::checkRemoved));
        Mirror mirror = request.mirror();
        if (!mirror.awaitReady(PATIENCE)) {
            throw new ProblemException(Problem.unavailable("The target is still scanning its directory."));
        }
        if (question.rescan()) {
            mirror.replica().scan();
        }
        Index index = mirror.replica().index();
        List<Tree.Listing> listings = new ArrayList<>();
        int room = MOST_ENTRIES;
        try (Batch quiet = mirror.replica().begin()) {
            for (CompareTree.Known known : question.directories()) {
                if (known.digest().isPresent() && known.after().isEmpty()
                        && known.digest().get().equals(index.digest(known.path()))) {
                    continue;
                }
                Tree.Listing listing = listing(index, known, room);
                room -= listing.children().size();
                listings.add(listing);
            }
        }
        return new Tree(listings);
    }

    private static Tree.Listing listing(Index index, CompareTree.Known known, int most) {
        String path = known.path();
        Optional<Entry> self = index.find(path).map(IndexEntry::entry).filter(Entry.Directory.class::isInstance);
        List<Tree.Node> nodes = new ArrayList<>();
        boolean more = false;
        if (self.isPresent() && most <= 0) {
            // The answer is full: do not read the directory, so that no request costs more than its answer is long.
            more = true;
        } else if (self.isPresent()) {
            Map<String, Digest> digests = index.directoryDigests(path);
            boolean skipping = known.after().isPresent();
            for (IndexEntry held : index.children(path)) {
                String name = TreePath.name(held.path());
                if (skipping) {
                    skipping = compareNames(name, known.after().get()) < 0;
                    if (skipping || name.equals(known.after().get())) {
                        continue;
                    }
                }
                if (nodes.size() >= most) {
                    more = true;
                    break;
                }
                nodes.add(new Tree.Node(held.entry().at(name), Optional.ofNullable(digests.get(name))));
            }
        }
        return new Tree.Listing(path, self.map(entry -> entry.at("")), nodes, more);
    }

    /** Compares names in the order of the index, by UTF-8 bytes. */
    private static int compareNames(String a, String b) {
        return java.util.Arrays.compareUnsigned(a.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                b.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static String checkPath(String path) {
        return checkPath(path, TreePath::check);
    }

    private static String checkPath(String path, UnaryOperator<String> check) {
        try {
            return check.apply(path);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Problem.badRequest(e.getMessage()));
        }
    }
}
