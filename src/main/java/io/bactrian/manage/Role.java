package io.bactrian.manage;

import io.bactrian.settings.Property;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a process can be, and of which routes that consists: those whose precondition names the role's property. */
enum Role {
    SOURCE(Property.ROLE_SOURCE, Property.SOURCE_DIRECTORY, "announce-content", "call-target", "cut-chunks", "drop-contents",
            "finish-if-done", "finish-once", "learn-view", "open-link", "queue-changes", "reconcile-source", "release-links",
            "rescan-sources", "send-batch", "send-changes", "send-content", "send-contents", "send-parts", "start-sources",
            "take-turn", "tend-links", Role.WATCH),
    TARGET(Property.ROLE_TARGET, Property.TARGET_DIRECTORY, "apply-batch", "apply-change", "ask-scrub", "check-replicas",
            "compare-tree", "open-replicas", "read-file", "receive-changes", "scrub-replica", "scrub-replicas",
            "serve-requests", "serve-session", "stage-content", "sweep-staging", "sweep-trash"),
    VERIFY(Property.ROLE_VERIFY, Property.VERIFY_DIRECTORY, "call-target", "learn-view", "verify-target");

    /** The template, of which a source makes a route when it begins to watch. */
    static final String WATCH = "watch-source";

    private final Property on;
    private final Property directory;
    private final Set<String> routes;

    Role(Property on, Property directory, String... routes) {
        this.on = on;
        this.directory = directory;
        this.routes = new TreeSet<>(List.of(routes));
    }

    /** Whether it is on. */
    Property on() {
        return on;
    }

    /** What it needs at least. */
    Property directory() {
        return directory;
    }

    /** The names of its routes, sorted. */
    Set<String> routes() {
        return routes;
    }
}
