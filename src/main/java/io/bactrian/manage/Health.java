package io.bactrian.manage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.bactrian.host.ContextBean;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.wire.Codec;
import io.bactrian.wire.Status;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckRepository;

/**
 * Camel's health checks, including one for each mirror, for HTTP requests and for the platform that embeds the routes.
 * Thread-safe.
 */
public final class Health extends ContextBean {
    private static final String ID = "bactrian";
    private static final int UNAVAILABLE = 503;

    private final Supplier<Status> status;
    private final boolean wanted;

    /** @param settings with {@code bactrian.once} there are no checks, because nobody monitors a run that ends by itself */
    public Health(Supplier<Status> status, Supplier<Settings> settings) {
        this.status = status;
        this.wanted = !settings.get().value(Property.ONCE);
    }

    /** Answers with the check of each mirror: 200 if nothing needs attention, 503 otherwise. */
    public void answer(Exchange exchange) {
        answer(exchange, HealthCheckHelper.invoke(getCamelContext(), "full"));
    }

    /** Answers 200 if this process works, even if other ends are unreachable; 503 otherwise. */
    public void ready(Exchange exchange) {
        answer(exchange, HealthCheckHelper.invokeReadiness(getCamelContext(), "full"));
    }

    /** Answers 503 if a restart might help, 200 otherwise. */
    public void live(Exchange exchange) {
        answer(exchange, HealthCheckHelper.invokeLiveness(getCamelContext(), "full"));
    }

    private void answer(Exchange exchange, Collection<HealthCheck.Result> results) {
        boolean up = results.stream().noneMatch(result -> result.getState() == HealthCheck.State.DOWN);
        List<Map<String, Object>> checks = new ArrayList<>();
        // Camel adds one for each route, which are omitted while they are up
        results.stream().filter(result -> result.getState() == HealthCheck.State.DOWN
                || result.getCheck() instanceof MirrorHealth).forEach(result -> {
            Map<String, Object> check = new LinkedHashMap<>();
            check.put("name", result.getCheck().getId());
            check.put("status", result.getState().name());
            if (result.getMessage().isPresent()) {
                check.put("message", result.getMessage().get());
            }
            Map<String, Object> data = new LinkedHashMap<>(result.getDetails());
            data.keySet().removeIf(key -> !MirrorHealth.DETAILS.contains(key));
            check.put("data", data);
            checks.add(check);
        });
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", up ? "UP" : "DOWN");
        answer.put("checks", checks);
        if (!up) {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, UNAVAILABLE);
        }
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(Codec.JSON.write(answer));
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        HealthCheckRegistry registry = wanted ? HealthCheckRegistry.get(camelContext) : null;
        if (registry != null) {
            // Camel creates each bean of a YAML file twice and uses the second
            registry.getRepository(ID).ifPresent(registry::unregister);
            registry.register(new MirrorChecks());
        }
    }

    /** One check for each mirror, created from its current status. */
    private final class MirrorChecks implements HealthCheckRepository {
        private boolean enabled = true;

        @Override
        public Stream<HealthCheck> stream() {
            if (!enabled) {
                return Stream.empty();
            }
            Status now = status.get();
            return Stream.concat(now.sources().stream().map(MirrorHealth::of), now.targets().stream().map(MirrorHealth::of))
                    .peek(check -> check.setCamelContext(getCamelContext())).map(HealthCheck.class::cast);
        }

        @Override
        public String getId() {
            return ID;
        }

        @Override
        public boolean isEnabled() {
            return enabled;
        }

        @Override
        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }
    }
}
