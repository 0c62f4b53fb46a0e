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
 * Fails the start of a Camel context in which a role is on and does nothing: because its routes were not loaded or do not
 * run, or nothing is configured for it; or does it without its error handling. Camel finds this in the jar, in any host, also where it loads none of the
 * route files. Where a supervising route controller starts the routes later, it is only asked that they are there.
 */
public final class RoleCheck implements ContextServicePlugin {
    private static final Logger LOG = LoggerFactory.getLogger(RoleCheck.class);
    private static final String REMEDY = ": let Camel load all of Bactrian's route files, which camel.main.routes-include-pattern="
            + "classpath:camel/* does";

    @Override
    public void load(CamelContext context) {
        try {
            context.addLifecycleStrategy(new LifecycleStrategySupport() {
                @Override
                public void onContextInitializing(CamelContext initializing) {
                    // before the routes' preconditions are read, which take another word for a fault of the routes
                    Stream.of(Role.values()).forEach(role -> isOn(initializing, role));
                }
            });
            context.addStartupListener(new Listener());
        } catch (Exception e) {
            throw new IllegalStateException("cannot look whether the routes start: " + e.getMessage(), e);
        }
    }

    /** What is missing is said before anything runs, if Camel asks then; a context without routes it asks only at the end. */
    private static final class Listener implements StartupListener {
        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            // a route that is added later is the host's business
            if (!alreadyStarted) {
                exist(context);
            }
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
            try {
                exist(context);
                run(context);
                warn(context);
            } catch (InvalidSettingException e) {
                if (!hasEnded(context)) {
                    context.stop();
                    throw e;
                }
            }
        }
    }

    private static void exist(CamelContext context) {
        for (Role role : Role.values()) {
            if (isOn(context, role)) {
                exist(context, role);
                if (configured(context, role).filter(something -> !something).isPresent()) {
                    throw new InvalidSettingException(role.on().key() + "=true, but there is nothing to do: set " + role.directory().key("default")
                            + " and what belongs to it, or " + role.on().key() + "=false. A host that does not list its "
                            + "properties, such as Spring Boot, is only asked for the name default");
                }
            }
        }
    }

    private static void exist(CamelContext context, Role role) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        List<String> missing = without(role, id -> id.equals(Role.WATCH)
                ? model.getRouteTemplateDefinition(id) != null : context.getRoute(id) != null);
        if (!missing.isEmpty() && !flag(context, Property.ROLE_INCOMPLETE)) {
            throw new InvalidSettingException(role.on().key() + "=true, but " + some(missing, role) + " not there"
                    + REMEDY + ". If routes of your own do their work, set "
                    + Property.ROLE_INCOMPLETE.key() + "=true");
        }
        List<String> bare = without(role, id -> !lacksErrorHandling(model.getRouteDefinition(id)));
        if (!bare.isEmpty() && !flag(context, Property.ROLE_INCOMPLETE)) {
            throw new InvalidSettingException(role.on().key() + "=true, but " + some(bare, role) + " without the error handling of "
                    + "errors.camel.yaml: let Camel load all of Bactrian's route files in one call, or that file first");
        }
    }

    /** Camel takes no notice of a route configuration that is not there yet when the route is loaded. */
    private static boolean lacksErrorHandling(RouteDefinition route) {
        return route != null && route.getRouteConfigurationId() != null
                && (route.getAppliedRouteConfigurationIds() == null || route.getAppliedRouteConfigurationIds().isEmpty());
    }

    private static void run(CamelContext context) {
        for (Role role : Role.values()) {
            List<String> idle = without(role, id -> context.getRoute(id) == null
                    || context.getRouteController().getRouteStatus(id).isStarted());
            if (isOn(context, role) && !idle.isEmpty() && !context.getRouteController().isSupervising()) {
                throw new InvalidSettingException(role.on().key() + "=true, but " + some(idle, role)
                        + " not started: do not set camel.main.auto-startup=false, or exclude them from it, or set "
                        + role.on().key() + "=false");
            }
        }
    }

    /** Whether its work is done already. To be asked after the routes, for who stops them says so before. */
    private static boolean hasEnded(CamelContext context) {
        return !context.isStarted() || find(context, "finish", Finish.class).flatMap(Finish::outcome).isPresent();
    }

    /** A jar that lies on the class path starts nothing by itself; but a directory is set by somebody who wants something. */
    private static void warn(CamelContext context) {
        for (Role role : Role.values()) {
            if (!isOn(context, role) && configured(context, role).orElse(false)) {
                LOG.warn("{} is set, but nothing is done with it: set {}=true, too", role.directory().key(), role.on().key());
            }
        }
    }

    private static List<String> without(Role role, Predicate<String> good) {
        List<String> without = new ArrayList<>(role.routes());
        without.removeIf(good);
        return without;
    }

    /** How many, and the first of them. */
    private static String some(List<String> ids, Role role) {
        return ids.size() + " of its " + role.routes().size() + " routes (" + String.join(", ", ids.subList(0, Math.min(3, ids.size())))
                + (ids.size() > 3 ? " ...)" : ")") + (ids.size() == 1 ? " is" : " are");
    }

    private static boolean isOn(CamelContext context, Role role) {
        String value = value(context, role.on());
        return switch (value) {
            case "true" -> true;
            case "false", "" -> false;
            default -> throw new InvalidSettingException(role.on().key() + '=' + value + " is not allowed: give true or false, in lower case");
        };
    }

    /** Whether there is something to do; nothing if Bactrian's beans are not there, which would know it. */
    private static Optional<Boolean> configured(CamelContext context, Role role) {
        return find(context, "settings", Supplier.class).map(Supplier::get).filter(Settings.class::isInstance)
                .map(Settings.class::cast).map(settings -> switch (role) {
                    case SOURCE -> settings.sends();
                    case TARGET -> settings.receives();
                    case VERIFY -> settings.verifies();
                });
    }

    private static boolean flag(CamelContext context, Property property) {
        return Boolean.parseBoolean(value(context, property));
    }

    private static String value(CamelContext context, Property property) {
        return context.getPropertiesComponent().resolveProperty(property.key("default")).orElse(property.fallback());
    }

    private static <T> Optional<T> find(CamelContext context, String name, Class<T> type) {
        return Optional.ofNullable(context.getRegistry().lookupByNameAndType(name, type));
    }
}
