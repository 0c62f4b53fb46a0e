package io.bactrian.manage;

import io.bactrian.settings.Property;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The roles of a process with their routes, whose preconditions name the role's property. */
enum Role {
    SOURCE(Property.ROLE_SOURCE, Property.SOURCE_DIRECTORY, "announce-content", "call-target", "compare-changes", "cut-chunks",
            "drop-contents", "finish-if-done", "finish-once", "learn-view", "open-link", "queue-changes", "reconcile-source",
            "release-links", "rescan-sources", "send-batch", "send-changes", "send-contents", "send-parts",
            "start-sources", "take-turn", "tend-links", Role.WATCH),
    TARGET(Property.ROLE_TARGET, Property.TARGET_DIRECTORY, "apply-batch", "apply-changes", "ask-scrub", "check-replicas",
            "compare-tree", "open-replicas", "read-file", "receive-changes", "scrub-replica", "scrub-replicas",
            "serve-requests", "serve-session", "stage-content", "sweep-staging", "sweep-trash"),
    VERIFY(Property.ROLE_VERIFY, Property.VERIFY_DIRECTORY, "call-target", "learn-view", "verify-target");

    /** The template from which a source creates its route when it starts to watch. */
    static final String WATCH = "watch-source";

    private final Property<Boolean> on;
    private final Property<?> directory;
    private final Set<String> routes;

    Role(Property<Boolean> on, Property<?> directory, String... routes) {
        this.on = on;
        this.directory = directory;
        this.routes = new TreeSet<>(List.of(routes));
    }

    /** The property that enables this role. */
    Property<Boolean> on() {
        return on;
    }

    /** The property that this role cannot do without. */
    Property<?> directory() {
        return directory;
    }

    /** The names of its routes, sorted. */
    Set<String> routes() {
        return routes;
    }
}
