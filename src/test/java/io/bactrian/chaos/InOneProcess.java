package io.bactrian.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.bactrian.fault.Faults;
import io.bactrian.link.Link;
import io.bactrian.manage.Commands;
import io.bactrian.source.Links;
import io.bactrian.target.Mirrors;
import io.bactrian.tree.Digest;
import io.bactrian.watch.FileWatch;
import io.bactrian.wire.Status;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Both ends in this process, each a Camel of its own. */
final class InOneProcess implements Ends {
    private final Place place;
    private final Random random = new Random(1);
    private volatile double lost;
    private Main source;
    private Main target;

    InOneProcess(Place place) {
        this.place = place;
    }

    @Override
    public void startSource() {
        source = main("bactrian.role.source", place.sourceProperties());
        source.init();
        // Before they are gathered: what is lost here, the system's queue may have dropped.
        source.getCamelContext().getCamelContextExtension().addInterceptStrategy((context, definition, processor, next) ->
                definition instanceof AggregateDefinition ? new DelegateAsyncProcessor(processor) {
                    @Override
                    public boolean process(Exchange exchange, org.apache.camel.AsyncCallback callback) {
                        if (random.nextDouble() < lost) {
                            callback.done(true);
                            return true;
                        }
                        return super.process(exchange, callback);
                    }
                } : processor);
        source.start();
    }

    @Override
    public void startTarget() {
        Main starting = main("bactrian.role.target", place.targetProperties());
        try {
            starting.init();
            starting.start();
            target = starting;
        } catch (RuntimeException e) {
            // A new index, or lock, needs some room: whoever runs the target starts it again once there is.
            starting.stop();
            if (!Faults.isFull(e)) {
                throw e;
            }
        }
    }

    private Main main(String role, Map<String, String> properties) {
        Main main = new Main();
        // The usual one is a hook of the JVM, which would keep all that a run has made for as long as this process lives.
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.setPropertyPlaceholderLocations("false");
        main.addOverrideProperty("camel.main.jmx-enabled", "false");
        main.addOverrideProperty("bactrian.management.port", "0");
        main.addOverrideProperty(role, "true");
        properties.forEach(main::addOverrideProperty);
        place.camelProperties().forEach(main::addOverrideProperty);
        return main;
    }

    @Override
    public void killSource() throws Exception {
        kill(source);
        source = null;
    }

    @Override
    public void killTarget() throws Exception {
        kill(target);
        target = null;
    }

    @Override
    public void stopSource() throws Exception {
        stop(source);
        source = null;
    }

    @Override
    public void stopTarget() throws Exception {
        stop(target);
        target = null;
    }

    private static void kill(Main main) throws Exception {
        main.getCamelContext().getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        main.getCamelContext().getShutdownStrategy().setTimeout(1);
        stop(main);
    }

    private static void stop(Main main) throws Exception {
        CompletableFuture.runAsync(main::stop).get(60, TimeUnit.SECONDS);
    }

    @Override
    public boolean sourceRuns() {
        return source != null;
    }

    @Override
    public boolean targetRuns() {
        return target != null;
    }

    @Override
    public boolean loseEvents(double share) {
        lost = share;
        return true;
    }

    @Override
    public boolean moveClock(int seconds) {
        return false;
    }

    FileWatch watch() {
        return bean(source, "file-watch", FileWatch.class);
    }

    @Override
    public Optional<String> guard() {
        return guardOfTarget().or(() -> status(source).sources().get(0).guard());
    }

    @Override
    public boolean isGuardOfTarget() {
        return guardOfTarget().isPresent();
    }

    private Optional<String> guardOfTarget() {
        return target == null ? Optional.empty() : status(target).targets().get(0).guard();
    }

    private static Status status(Main main) {
        return (Status) bean(main, "status", Supplier.class).get();
    }

    @Override
    public void allowRemovals() {
        for (Main main : List.of(source, target)) {
            bean(main, "commands", Commands.class).allowRemovals("-");
        }
    }

    @Override
    public List<String> disagreements() {
        List<String> found = new ArrayList<>();
        Link link = bean(source, "links", Links.class).all().get(0);
        if (!link.state().equals("in step")) {
            found.add("the link is " + link.state() + " with " + link.pending() + " pending");
            return found;
        }
        link.heldPaths().list().forEach(trouble -> found.add("trouble: " + trouble));
        Digest view = link.view().digest("");
        Digest index = bean(target, "mirrors", Mirrors.class).find("default").orElseThrow().replica().index().digest("");
        if (!view.equals(index)) {
            found.add("the view's root is " + view + ", the target's " + index);
        }
        return found;
    }

    private static <T> T bean(Main main, String name, Class<T> type) {
        return main.getCamelContext().getRegistry().lookupByNameAndType(name, type);
    }

    @Override
    public String story() {
        Link link = bean(source, "links", Links.class).all().get(0);
        StringBuilder story = new StringBuilder("the link is %s, pending %d, last error %s, session %s, uploads %d".formatted(
                link.state(), link.pending(), link.lastError(), link.session(), link.uploads().underWay()));
        story.append(", watching ").append(bean(source, "file-watch", FileWatch.class).watchState("watch-source-default"))
                .append(", routes ").append(source.getCamelContext().getRoutes().stream().map(Route::getRouteId).toList());
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            if (List.of(frames).toString().matches(".*io\\.bactrian\\.(source|target|link|manage)\\..*")) {
                story.append('\n').append(thread.getName());
                List.of(frames).forEach(frame -> story.append("\n    ").append(frame));
            }
        });
        return story.toString();
    }

    @Override
    public void close() throws Exception {
        if (source != null) {
            killSource();
        }
        if (target != null) {
            killTarget();
        }
    }
}
