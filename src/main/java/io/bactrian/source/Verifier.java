package io.bactrian.source;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.change.TouchedPath;
import io.bactrian.compare.Comparison;
import io.bactrian.compare.ComparisonListener;
import io.bactrian.compare.FileReader;
import io.bactrian.compare.HashedFile;
import io.bactrian.compare.RemovalPolicy;
import io.bactrian.compare.RereadRenamed;
import io.bactrian.compare.StagedContents;
import io.bactrian.compare.TargetCapabilities;
import io.bactrian.fault.Faults;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.link.Link;
import io.bactrian.link.LinkFaults;
import io.bactrian.link.TreeQuery;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.settings.SourceSettings;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Stat;
import io.bactrian.wire.Message;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The steps of {@code verify-target}, which compares a directory with a target and changes neither. */
public final class Verifier {
    private final Settings settings;

    public Verifier(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    /** A link without a stored view. */
    public Link link() throws IOException {
        SourceSettings source = settings.verify().orElseThrow();
        Link link = new Link(source, source.targets().get(0), settings, Optional.empty());
        link.open();
        return link;
    }

    /** The read of all content at the target; finished if it is not wanted. */
    public TargetReread reread() {
        return new TargetReread(settings.value(Property.VERIFY_CONTENT));
    }

    /** Whether the target is still reading. */
    public boolean isReading(@ExchangeProperty("reread") TargetReread reread) {
        return reread.isOpen();
    }

    /** The request for its progress. */
    public Message.AskScrub askScrub(@ExchangeProperty("reread") TargetReread reread) {
        return reread.ask();
    }

    /** Takes the answer to it. */
    public void scrubbed(@ExchangeProperty("reread") TargetReread reread, @Body Message.Scrub answer) {
        reread.learn(answer);
    }

    /** Starts a query of the target's index; the target scans its directory first, unless it has just read its content. */
    public TreeQuery query(@ExchangeProperty("link") Link link) {
        return new TreeQuery(link.view(), !settings.value(Property.VERIFY_CONTENT));
    }

    /** Compares by content, and prints a line for each difference; returns their number. */
    public long differences(@ExchangeProperty("link") Link link, @ExchangeProperty("reread") TargetReread reread)
            throws IOException {
        reread.correct(link.view());
        Path root = SourceRoot.real(link.source().directory());
        FileReader files = new FileReader(root, 0, StagedContents.NONE);
        Printer printer = new Printer(root, link.view(), files);
        new Comparison(root, Filter.ALL, link.view(), new TargetCapabilities(true, true), RemovalPolicy.NONE, files, printer)
                .run(List.of(TouchedPath.EVERYTHING));
        reread.unreadable().forEach(finding -> printer.trouble(finding.path(), finding.what() + " on the target"));
        if (reread.unreported() > 0) {
            printer.trouble("", reread.unreported() + " more files on the target differ from what was written");
        }
        return printer.differences;
    }

    /** Why nothing could be compared. */
    public String explain(@ExchangeProperty("link") Link link,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        return link == null ? Faults.reason(fault) : LinkFaults.explain(fault, link);
    }

    /** Prints what a comparison finds. It hashes files of any size, because nothing is sent. */
    private static final class Printer implements ComparisonListener {
        private final Path root;
        private final Index view;
        private final FileReader files;
        private long differences;

        private Printer(Path root, Index view, FileReader files) {
            this.root = root;
            this.view = view;
            this.files = files;
        }

        @Override
        public void change(PlannedChange planned) {
            Change change = planned.change();
            if (change instanceof Change.Remove) {
                print("only on the target", change.path());
                return;
            }
            Optional<Entry> there = view.find(change.path()).map(IndexEntry::entry);
            if (there.isEmpty()) {
                print("only here", change.path());
            } else if (change instanceof Change.WriteFile file) {
                compare(file.entry(), there.get());
            } else {
                print(there.get() instanceof Entry.Directory && change instanceof Change.MakeDirectory
                        || there.get() instanceof Entry.Link && change instanceof Change.MakeLink
                        ? "other attributes" : "other type", change.path());
            }
        }

        private void compare(Entry.File here, Entry there) {
            if (!(there instanceof Entry.File file)) {
                print("other type", here.path());
            } else if (!file.digest().equals(here.digest())) {
                print("other content", here.path());
            } else if (!file.equals(here)) {
                print("other attributes", here.path());
            }
        }

        @Override
        public void upload(String path, Stat stat) {
            try {
                Optional<Entry> there = view.find(path).map(IndexEntry::entry);
                Optional<HashedFile> staged = files.digest(path, stat);
                if (there.isEmpty()) {
                    print("only here", path);
                } else if (staged.isEmpty()) {
                    print("changing", path);
                } else {
                    compare(new Entry.File(path, stat.mode(), stat.modified(), stat.size(), staged.get().digest()),
                            there.get());
                }
            } catch (IOException e) {
                trouble(path, Faults.reason(e));
            }
        }

        @Override
        public void remember(IndexEntry held) {
            // Equal.
        }

        @Override
        public void trouble(String path, String why) {
            print("not comparable (" + why + ")", path);
        }

        @Override
        public void skipped(String path, String what) {
            // Never replicated, so never a difference.
        }

        @Override
        public void lookAgain(String path, Duration after) {
            try {
                Optional<Stat> stat = Stat.of(root.resolve(path)).filter(is -> is.kind() == Stat.Kind.FILE);
                stat.ifPresent(is -> upload(path, is));
            } catch (IOException e) {
                trouble(path, Faults.reason(e));
            }
        }

        private void print(String what, String path) {
            differences++;
            System.out.println(what + ": " + (path.isEmpty() ? "." : path.replaceAll("\\p{Cntrl}", "?")));
        }
    }
}
