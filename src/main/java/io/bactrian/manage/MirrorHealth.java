package io.bactrian.manage;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.bactrian.wire.Status;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Health of one mirror at the time of the request. As a readiness check it is up while this side works; otherwise it is up
 * only while nothing needs attention.
 */
final class MirrorHealth extends AbstractHealthCheck {
    /** The details of a check. */
    static final Set<String> DETAILS = Set.of("state", "inStep", "pending", "lagSeconds", "watching", "guard", "lastError",
            "held", "sender", "ready");

    private final boolean ready;
    private final List<String> unhealthy;
    private final Map<String, Object> details;

    private MirrorHealth(String id, boolean ready, List<String> unhealthy, Map<String, Object> details) {
        super("bactrian", id);
        this.ready = ready;
        this.unhealthy = unhealthy;
        this.details = details;
    }

    static MirrorHealth of(Status.Link link) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("state", link.state());
        details.put("inStep", link.inStep());
        details.put("pending", link.pending());
        details.put("lagSeconds", link.lag());
        details.put("watching", link.ready());
        details.put("guard", link.guard().orElse(""));
        details.put("lastError", what(link.lastError()));
        details.put("held", link.held().size());
        return new MirrorHealth("source:" + link.name() + ":" + link.target(), link.ready(), link.unhealthy(), details);
    }

    static MirrorHealth of(Status.Replica replica) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("ready", replica.ready());
        details.put("sender", replica.sender().orElse(""));
        details.put("guard", replica.guard().orElse(""));
        details.put("lastError", what(replica.lastError()));
        return new MirrorHealth("target:" + replica.name(), replica.ready(), replica.unhealthy(), details);
    }

    private static String what(Optional<Status.Trouble> trouble) {
        return trouble.map(is -> is.path().isEmpty() ? is.what() : is.path() + ": " + is.what()).orElse("");
    }

    @Override
    public boolean isLiveness() {
        return false; // a restart would not help
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        details.forEach(builder::detail);
        boolean up = options.get(CHECK_KIND) == Kind.READINESS ? ready : unhealthy.isEmpty();
        if (up) {
            builder.up();
        } else {
            builder.message(unhealthy.isEmpty() ? "not ready yet" : String.join("; ", unhealthy)).down();
        }
    }
}
