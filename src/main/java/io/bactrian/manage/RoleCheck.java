package io.bactrian.manage;

import io.bactrian.host.Finish;
import io.bactrian.settings.InvalidSettingException;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fails the start of a Camel context in which a role is on but has no effect, because its routes were not loaded or do not run or
 * nothing is configured for it, or whose routes lack their error handling. Camel finds this plugin in the jar, in any host, even
 * if it loads none of the route files. If a supervising route controller starts the routes later, only their presence is checked.
 */
public final class RoleCheck implements ContextServicePlugin, StartupListener {
    private static final Logger LOG = LoggerFactory.getLogger(RoleCheck.class);
    private static final String REMEDY = ": Camel must load all of Bactrian's route files; set camel.main.routes-include-pattern="
            + "classpath:camel/*";

    @Override
    public void load(CamelContext context) {
        try {
            context.addLifecycleStrategy(new LifecycleStrategySupport() {
                @Override
                public void onContextInitializing(CamelContext initializing) {
                    // Before Camel evaluates the routes' preconditions, which would report another value as an error of the routes
                    Stream.of(Role.values()).forEach(role -> isOn(initializing, role));
                }
            });
            context.addStartupListener(this);
        } catch (Exception e) {
            throw new IllegalStateException("cannot check whether the routes start: " + e.getMessage(), e);
        }
    }

    /** Reports missing routes before any route runs, if Camel calls it then; in a context without routes it calls it at the end. */
    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // Routes that are added later are up to the host
        if (!alreadyStarted) {
            checkLoaded(context);
        }
    }

    @Override
    public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
        try {
            checkLoaded(context);
            checkStarted(context);
            warnIfUnused(context);
        } catch (InvalidSettingException e) {
            if (!hasEnded(context)) {
                context.stop();
                throw e;
            }
        }
    }

    private static void checkLoaded(CamelContext context) {
        for (Role role : Role.values()) {
            if (isOn(context, role)) {
                checkLoaded(context, role);
                if (configured(context, role).filter(something -> !something).isPresent()) {
                    throw new InvalidSettingException(role.on().key() + "=true, but nothing is configured: set "
                            + role.directory().key("default") + " and its other properties, or " + role.on().key()
                            + "=false. In a host that does not list its properties, such as Spring Boot, only the name "
                            + "default is looked up");
                }
            }
        }
    }

    private static void checkLoaded(CamelContext context, Role role) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        List<String> missing = failing(role, id -> id.equals(Role.WATCH)
                ? model.getRouteTemplateDefinition(id) != null : context.getRoute(id) != null);
        if (!missing.isEmpty() && !flag(context, Property.ROLE_INCOMPLETE)) {
            throw new InvalidSettingException(role.on().key() + "=true, but " + summary(missing, role) + " missing"
                    + REMEDY + ". If your own routes replace them, set "
                    + Property.ROLE_INCOMPLETE.key() + "=true");
        }
        List<String> bare = failing(role, id -> !lacksErrorHandling(model.getRouteDefinition(id)));
        if (!bare.isEmpty() && !flag(context, Property.ROLE_INCOMPLETE)) {
            throw new InvalidSettingException(role.on().key() + "=true, but " + summary(bare, role) + " without the error handling of "
                    + "errors.camel.yaml: let Camel load all of Bactrian's route files in one call, or that file first");
        }
    }

    /** Camel takes no notice of a route configuration that is not there yet when the route is loaded. */
    private static boolean lacksErrorHandling(RouteDefinition route) {
        return route != null && route.getRouteConfigurationId() != null
                && (route.getAppliedRouteConfigurationIds() == null || route.getAppliedRouteConfigurationIds().isEmpty());
    }

    private static void checkStarted(CamelContext context) {
        for (Role role : Role.values()) {
            List<String> idle = failing(role, id -> context.getRoute(id) == null
                    || context.getRouteController().getRouteStatus(id).isStarted());
            if (isOn(context, role) && !idle.isEmpty() && !context.getRouteController().isSupervising()) {
                throw new InvalidSettingException(role.on().key() + "=true, but " + summary(idle, role)
                        + " not started: remove camel.main.auto-startup=false or exclude them from it, or set "
                        + role.on().key() + "=false");
            }
        }
    }

    /** Whether the context has finished its work. Call it after checking the routes, which are stopped after this is set. */
    private static boolean hasEnded(CamelContext context) {
        return !context.isStarted() || find(context, "finish", Finish.class).flatMap(Finish::outcome).isPresent();
    }

    /** The jar on the class path starts nothing by itself, but whoever sets a directory expects it to be used. */
    private static void warnIfUnused(CamelContext context) {
        for (Role role : Role.values()) {
            if (!isOn(context, role) && configured(context, role).orElse(false)) {
                LOG.warn("{} is set but has no effect: set {}=true, too", role.directory().key(), role.on().key());
            }
        }
    }

    private static List<String> failing(Role role, Predicate<String> good) {
        List<String> failing = new ArrayList<>(role.routes());
        failing.removeIf(good);
        return failing;
    }

    /** The number of routes, and the ids of the first ones. */
    private static String summary(List<String> ids, Role role) {
        return ids.size() + " of its " + role.routes().size() + " routes (" + String.join(", ", ids.subList(0, Math.min(3, ids.size())))
                + (ids.size() > 3 ? " ...)" : ")") + (ids.size() == 1 ? " is" : " are");
    }

    private static boolean isOn(CamelContext context, Role role) {
        String value = value(context, role.on());
        return switch (value) {
            case "true" -> true;
            case "false", "" -> false;
            default -> throw new InvalidSettingException(role.on().key() + '=' + value + " is invalid: use true or false, in lower case");
        };
    }

    /** Whether the role is configured; empty if Bactrian's beans are missing, so that it is unknown. */
    private static Optional<Boolean> configured(CamelContext context, Role role) {
        return find(context, "settings", Supplier.class).map(Supplier::get).filter(Settings.class::isInstance)
                .map(Settings.class::cast).map(settings -> switch (role) {
                    case SOURCE -> settings.sends();
                    case TARGET -> settings.receives();
                    case VERIFY -> settings.verify().isPresent();
                });
    }

    private static boolean flag(CamelContext context, Property<Boolean> property) {
        return Boolean.parseBoolean(value(context, property));
    }

    private static String value(CamelContext context, Property<?> property) {
        return context.getPropertiesComponent().resolveProperty(property.key("default")).orElse(property.defaultValue());
    }

    private static <T> Optional<T> find(CamelContext context, String name, Class<T> type) {
        return Optional.ofNullable(context.getRegistry().lookupByNameAndType(name, type));
    }
}
