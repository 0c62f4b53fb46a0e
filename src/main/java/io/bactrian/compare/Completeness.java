package io.bactrian.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import io.bactrian.tree.Stat;
import io.bactrian.tree.TreePath;

/**
 * Tells whether a comparison could read everything that it was asked for, and whether the root is still the directory that was
 * last compared whole. Otherwise only removals that the watch has reported are made. For one comparison, and one thread.
 */
final class Completeness {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(5);

    private final RootIdentity identity;
    private final KindChanges kindChanges;
    private final ComparisonListener findings;
    private final boolean everything;
    private boolean incomplete;
    private boolean changedMeanwhile;

    /** @param everything whether the whole tree is compared */
    Completeness(RootIdentity identity, KindChanges kindChanges, ComparisonListener findings, boolean everything) {
        this.identity = identity;
        this.kindChanges = kindChanges;
        this.findings = findings;
        this.everything = everything;
    }

    /** Call before part of the tree is compared: nothing is removed in a directory that was never compared whole. */
    void beginPart() {
        if (everything || identity.isKnown()) {
            return;
        }
        if (identity.isAnother()) {
            lacks(TreePath.ROOT, "the source is another directory than before, or is not mounted;"
                    + " nothing is removed until all of it has been compared");
        } else {
            // It is the same directory, but its first comparison was incomplete.
            incomplete = true;
            findings.lookAgain(TreePath.ROOT, LATER);
        }
    }

    /** Something could not be read. */
    void lacks(String path, String why) {
        incomplete = true;
        findings.trouble(path, why);
    }

    /** The stat of a path could not be read: what the target holds there stays, and the comparison goes on. */
    void unseen(String path, String why) {
        if (path.isEmpty()) {
            lacks(path, why);
        } else {
            findings.trouble(path, why);
        }
    }

    void listed(String path) {
        kindChanges.read(path);
    }

    /** A directory could not be listed. If it is gone, or is no directory any more, it is compared again. */
    void unlisted(String path, IOException fault) {
        Optional<String> why = kindChanges.trouble(path, Stat.Kind.DIRECTORY, fault);
        if (why.isPresent()) {
            lacks(path, "the directory cannot be listed; nothing is removed until it can: " + why.get());
        } else {
            changedMeanwhile = true;
            findings.lookAgain(path, SOON);
        }
    }

    /** Reports the removals: all of them if everything could be read, otherwise those that the watch has reported; none if the
     * root changed meanwhile, for example because a file system was unmounted. */
    void end(Removals removals) {
        if (!incomplete && !changedMeanwhile && identity.isUnchanged()) {
            if (removals.plan() && everything) {
                identity.record();
            }
        } else if (!changedMeanwhile && identity.isUnchanged() && !identity.isAnother()) {
            removals.planObserved();
        } else if (changedMeanwhile) {
            removals.postpone(SOON);
            if (!incomplete && everything) {
                identity.recordFirst();
            }
        }
    }
}
