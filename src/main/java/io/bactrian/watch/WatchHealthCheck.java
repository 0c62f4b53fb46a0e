package io.bactrian.watch;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Readiness of a watching route: down while it is blind. Shown as {@code consumer:ROUTE}. */
final class WatchHealthCheck extends AbstractHealthCheck {

    private final Supplier<Optional<WatchState>> state;

    WatchHealthCheck(String route, Supplier<Optional<WatchState>> state) {
        super("bactrian", "file-watch:" + route);
        this.state = state;
    }

    @Override
    public boolean isLiveness() {
        return false; // a restart does not cure it
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Optional<WatchState> current = state.get();
        builder.up();
        current.ifPresent(now -> {
            builder.detail("directory", now.directory().toString());
            builder.detail("watchedDirectories", now.watchedDirectories());
            builder.detail("since", now.since().toString());
        });
        current.filter(WatchState::isBlind).ifPresent(blind -> builder.message(blind.blindness()).down());
    }
}
