package io.bactrian.change;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Whether a comparison could look at all that it was asked for, in the directory that was last compared whole: only then is
 * anything removed. For one comparison, and one thread.
 */
final class Coverage {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(5);

    private final Identity identity;
    private final Unsteady unsteady;
    private final Findings findings;
    private final boolean everything;
    private boolean incomplete;
    private boolean hurried;

    /** @param everything whether the whole tree is compared */
    Coverage(Identity identity, Unsteady unsteady, Findings findings, boolean everything) {
        this.identity = identity;
        this.unsteady = unsteady;
        this.findings = findings;
        this.everything = everything;
    }

    /** A part is compared: of a directory that was never compared whole nothing is removed. */
    void beginPart() {
        if (everything || identity.isKnown()) {
            return;
        }
        if (identity.isAnother()) {
            lacks(TreePath.ROOT, "another directory is in the source's place, or it is not mounted;"
                    + " nothing is removed before all of it was compared");
        } else {
            // Nobody has put another one there: the first comparison of all could not look at everything.
            incomplete = true;
            findings.lookAgain(TreePath.ROOT, LATER);
        }
    }

    /** Something could not be looked at. */
    void lacks(String path, String why) {
        incomplete = true;
        findings.trouble(path, why);
    }

    /** A path could not be looked at: what is held there stays, and all else goes on. */
    void unseen(String path, String why) {
        if (path.isEmpty()) {
            lacks(path, why);
        } else {
            findings.trouble(path, why);
        }
    }

    void isListed(String path) {
        unsteady.stood(path);
    }

    /** A directory could not be listed; that it went, or is something else now, is no trouble. */
    void unlisted(String path, IOException fault) {
        Optional<String> why = unsteady.trouble(path, Stat.Kind.DIRECTORY, fault);
        if (why.isPresent()) {
            lacks(path, "the directory cannot be listed; nothing is removed until it can: " + why.get());
        } else {
            hurried = true;
            findings.lookAgain(path, SOON);
        }
    }

    /** Tells the removals, if all was looked at, otherwise those that somebody was seen to make; a mount that vanished meanwhile has made nothing go that must go on the target. */
    void end(Removals removals) {
        if (!incomplete && !hurried && identity.isStill()) {
            if (removals.plan() && everything) {
                identity.keep();
            }
        } else if (!hurried && identity.isStill() && !identity.isAnother()) {
            removals.planSeen();
        } else if (hurried) {
            removals.postpone(SOON);
            if (!incomplete && everything) {
                identity.keepFirst();
            }
        }
    }
}
