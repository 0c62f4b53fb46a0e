package io.bactrian.source;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.change.Care;
import io.bactrian.change.Change;
import io.bactrian.change.Comparison;
import io.bactrian.change.FileReader;
import io.bactrian.change.Findings;
import io.bactrian.change.RereadRenamed;
import io.bactrian.change.Rules;
import io.bactrian.change.Touched;
import io.bactrian.change.Uploads;
import io.bactrian.change.Work;
import io.bactrian.fault.Faults;
import io.bactrian.index.Index;
import io.bactrian.index.IndexEntry;
import io.bactrian.link.Link;
import io.bactrian.link.LinkFaults;
import io.bactrian.link.Questions;
import io.bactrian.settings.Settings;
import io.bactrian.settings.SourceSettings;
import io.bactrian.settings.VerifySettings;
import io.bactrian.tree.Entry;
import io.bactrian.tree.Filter;
import io.bactrian.tree.Stat;
import io.bactrian.wire.Message;
import org.apache.camel.Exchange;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/** The steps of the route that compares a directory with a target and changes neither. */
public final class Verifier {
    private final Settings settings;

    public Verifier(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    /** A link that remembers nothing. */
    public Link link() throws IOException {
        VerifySettings verify = settings.verify().orElseThrow();
        SourceSettings source = new SourceSettings("verify", verify.directory(), List.of(verify.target()), List.of(),
                List.of(), Duration.ZERO, Duration.ZERO, RereadRenamed.NOW, settings.state(),
                verify.tokenFile());
        Link link = new Link(source, verify.target(), settings, Optional.empty());
        link.open();
        return link;
    }

    /** What the target reads anew; nothing, if it need not. */
    public Reread reread() {
        return new Reread(settings.verify().orElseThrow().content());
    }

    /** Whether the target still reads. */
    public boolean isReading(@ExchangeProperty("reread") Reread reread) {
        return reread.isOpen();
    }

    /** Asks how far it is. */
    public Message.AskScrub askScrub(@ExchangeProperty("reread") Reread reread) {
        return reread.ask();
    }

    /** Takes what it has found. */
    public void scrubbed(@ExchangeProperty("reread") Reread reread, @Body Message.Scrub answer) {
        reread.learn(answer);
    }

    /** Begins to ask for what the target's index says; it looks at its directory anew, if it has not done so already. */
    public Questions questions(@ExchangeProperty("link") Link link) {
        return new Questions(link.view(), !settings.verify().orElseThrow().content());
    }

    /** Compares by content, and prints a line for each difference; tells how many there are. */
    public long differences(@ExchangeProperty("link") Link link, @ExchangeProperty("reread") Reread reread)
            throws IOException {
        reread.correct(link.view());
        Path root = Roots.real(link.source().directory());
        FileReader files = new FileReader(root, 0, new Uploads(1, 1));
        Printer printer = new Printer(root, link.view(), files);
        new Comparison(root, Filter.ALL, link.view(), new Rules(true, true), Care.NONE, files, printer)
                .run(List.of(Touched.EVERYTHING));
        reread.unreadable().forEach(finding -> printer.trouble(finding.path(), finding.what() + " on the target"));
        if (reread.untold() > 0) {
            printer.trouble("", "at the target " + reread.untold() + " more are not as they were written");
        }
        return printer.differences;
    }

    /** Why nothing could be compared. */
    public String explain(@ExchangeProperty("link") Link link,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception fault) {
        return link == null ? Faults.reason(fault) : LinkFaults.explain(fault, link);
    }

    /** Prints what a comparison finds. Files are hashed here, whatever their size, for nothing is to be sent. */
    private static final class Printer implements Findings {
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
        public void change(Work.Planned planned) {
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
                Optional<Uploads.Staged> staged = files.digest(path, stat);
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
