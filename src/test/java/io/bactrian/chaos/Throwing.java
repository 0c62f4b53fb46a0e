package io.bactrian.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.watch.FileWatch;
import io.bactrian.watch.ThrowingRegistrar;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.PatternHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * A bean as an integrator may add one, which throws an {@link Error} where and as often as files in a directory say: each
 * is for one time. So one process can ask it of another. Thread-safe.
 */
public final class Throwing implements InterceptStrategy, CamelContextAware {
    /** Each is thrown once when it is armed; they are told apart by where they stand here. */
    private static final List<Supplier<Error>> ERRORS = List.of(
            () -> new StackOverflowError("thrown by the random test"),
            () -> new OutOfMemoryError("thrown by the random test"),
            () -> new Error("thrown by the random test"));

    /** Where it is thrown. */
    enum Where {
        /** On the thread that watches, when it is to watch one more directory. */
        WATCH,
        /** While what was seen is handed on. */
        DELIVERY("watch-source-*"),
        TURN("send-changes", "send-batch", "take-turn", "open-link", "serve-session"),
        UPLOAD("send-contents", "announce-content", "send-parts", "drop-contents"),
        SCRUB("scrub-replica"),
        TIMER("tend-links", "rescan-sources", "sweep-staging", "scrub-replicas");

        private final List<String> routes;

        Where(String... routes) {
            this.routes = List.of(routes);
        }

        private boolean is(String route) {
            return routes.stream().anyMatch(pattern -> PatternHelper.matchPattern(route, pattern));
        }
    }

    private File directory = new File("");
    private CamelContext context;
    private boolean planted;

    @Override
    public void setCamelContext(CamelContext other) {
        context = other;
        // Camel asks only those by itself that are there before its properties are read.
        other.getCamelContextExtension().addInterceptStrategy(this);
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** Where the files are. */
    public void setDirectory(String path) {
        directory = new File(path);
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext camel, NamedNode definition, Processor target,
            Processor next) {
        plant(camel);
        String route = ProcessorDefinitionHelper.getRouteId(definition);
        for (Where where : Where.values()) {
            if (route != null && where.is(route)) {
                return new DelegateAsyncProcessor(target) {
                    @Override
                    public boolean process(Exchange exchange, AsyncCallback callback) {
                        Optional<Error> fault = fault(where);
                        if (fault.isEmpty()) {
                            return super.process(exchange, callback);
                        }
                        // As Camel does with what a bean throws
                        exchange.setException(fault.get());
                        callback.done(true);
                        return true;
                    }
                };
            }
        }
        return target;
    }

    private synchronized void plant(CamelContext camel) {
        FileWatch watch = camel.getRegistry().lookupByNameAndType("file-watch", FileWatch.class);
        if (!planted && watch != null) {
            ThrowingRegistrar.plant(watch, () -> fault(Where.WATCH));
            planted = true;
        }
    }

    private Optional<Error> fault(Where where) {
        for (int i = 0; i < ERRORS.size(); i++) {
            if (file(directory, where, i).delete()) {
                return Optional.of(ERRORS.get(i).get());
            }
        }
        return Optional.empty();
    }

    private static File file(File directory, Where where, int error) {
        return new File(directory, where + "-" + error);
    }

    /** Asks processes to throw. For one thread. */
    static final class Asking {
        private final File directory;
        private final Map<Where, Integer> asked = new EnumMap<>(Where.class);

        Asking(Path directory) throws IOException {
            this.directory = Files.createDirectories(directory).toFile();
        }

        /** One, two or all of the errors, by the number. */
        void ask(Where where, int number) throws IOException {
            int some = number % 7 + 1;
            for (int i = 0; i < ERRORS.size(); i++) {
                if ((some & 1 << i) != 0 && file(directory, where, i).createNewFile()) {
                    asked.merge(where, 1, Integer::sum);
                }
            }
        }

        /** From now on nothing is thrown; tells how often it was since this was last called. */
        Map<Where, Integer> end() {
            Map<Where, Integer> thrown = new EnumMap<>(Where.class);
            asked.forEach((where, times) -> {
                int left = 0;
                for (int i = 0; i < ERRORS.size(); i++) {
                    left += file(directory, where, i).delete() ? 1 : 0;
                }
                if (times > left) {
                    thrown.put(where, times - left);
                }
            });
            asked.clear();
            return thrown;
        }
    }
}
