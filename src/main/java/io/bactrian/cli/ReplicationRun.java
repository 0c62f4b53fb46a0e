package io.bactrian.cli;

import io.bactrian.content.WriteProbe;
import io.bactrian.host.Finish;
import io.bactrian.host.SettingsReader;
import io.bactrian.manage.StatusReport;
import io.bactrian.settings.InvalidSettingException;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.settings.SourceSettings;
import io.bactrian.settings.TargetSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.LoggerFactory;

/** Runs the routes: from properties to the exit code of the process. */
final class ReplicationRun {
    /** Defaults for Camel; an {@code application.properties} may override them. */
    private static final Map<String, String> CAMEL = Map.of(
            "camel.main.name", "bactrian",
            "camel.main.jmx-enabled", "false",
            "camel.main.auto-configuration-log-summary", "false",
            "camel.main.shutdown-timeout", "10");

    private final CommonOptions options;
    private final PrintWriter err;
    private final Map<String, String> properties;
    private final Map<String, String> literal;
    private final boolean file;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * @param given properties from the command's arguments, to be taken literally
     * @param file  whether Camel should read the other properties of the file in the working directory
     */
    ReplicationRun(CommonOptions options, PrintWriter err, Map<String, String> properties, Map<String, String> given, boolean file) {
        this.options = options;
        this.err = err;
        this.properties = properties;
        this.literal = new TreeMap<>(given);
        this.literal.entrySet().removeIf(each -> !each.getValue().contains("{{")
                || !each.getValue().equals(properties.get(each.getKey())));
        this.file = file;
    }

    /** Runs a command, with a management server at this port unless the user chose one; 0 for none. */
    static int command(Bactrian bactrian, Map<String, String> given, int management) {
        Map<String, String> properties = bactrian.options.merge(Map.of(), given, true);
        // a default port that is taken, perhaps by another mirror on this machine, is no reason to fail
        String host = properties.getOrDefault(Property.MANAGEMENT_HOST.key(), Property.MANAGEMENT_HOST.defaultValue());
        properties.computeIfAbsent(Property.MANAGEMENT_PORT.key(), key -> management == 0
                || PortCheck.trouble(host, management, "").isPresent() ? "0" : Integer.toString(management));
        return new ReplicationRun(bactrian.options, bactrian.spec.commandLine().getErr(), properties, given, false).call();
    }

    /** Whether a source, target or verification is configured. */
    boolean hasRole() {
        return has("((source|target)\\..+|verify)\\.directory");
    }

    private boolean has(String pattern) {
        return properties.entrySet().stream()
                .anyMatch(entry -> entry.getKey().matches("bactrian\\." + pattern) && !entry.getValue().isBlank());
    }

    int call() {
        Logging.configure(options);
        Optional<String> starved = OpenFiles.trouble();
        if (starved.isPresent()) {
            return new ExitReason(Bactrian.FAILED, starved.get()).print(err);
        }
        Main main;
        try {
            main = main();
        } catch (IOException e) {
            return explain(e).print(err);
        }
        Thread onSignal = new Thread(() -> stop(main), "bactrian-stop");
        try {
            choosePort();
            Optional<Settings> settings = check();
            main.init();
            CamelContext context = main.getCamelContext();
            context.addLifecycleStrategy(new LifecycleStrategySupport() {
                @Override
                public void onContextStopped(CamelContext context) {
                    stopped.countDown();
                }
            });
            Optional<Finish> finish = bean(context, "finish", Finish.class);
            finish.ifPresent(end -> ShutdownAtEnd.of(context, end));
            Runtime.getRuntime().addShutdownHook(onSignal);
            Signals.handle();
            main.start();
            settings.ifPresent(StartupMessage::of);
            awaitEnd(context);
            return finish.flatMap(Finish::outcome).map(Finish.Outcome::code).orElse(0);
        } catch (Exception e) {
            LoggerFactory.getLogger(ReplicationRun.class).debug("cannot run", e);
            stop(main);
            return explain(e).print(err);
        } finally {
            stop(main);
        }
    }

    private Main main() throws IOException {
        Main main = new Main();
        // Camel's own strategy waits on a signal for a run() that is not used here
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.setPropertyPlaceholderLocations(file ? "file:application.properties;optional=true" : "false");
        CAMEL.forEach(main::addInitialProperty);
        RouteFiles.pattern().ifPresent(files -> main.addInitialProperty("camel.main.routes-include-pattern", files));
        // environment variables are among the properties already, overridden by options; 0 is never, 1 fallback
        main.addInitialProperty("camel.component.properties.environment-variable-mode", file ? "1" : "0");
        main.addInitialProperty("camel.component.properties.system-properties-mode", "1");
        main.addOverrideProperty(Property.ROLE_SOURCE.key(), Boolean.toString(has("source\\..+\\.directory")));
        main.addOverrideProperty(Property.ROLE_TARGET.key(), Boolean.toString(has("target\\..+\\.directory")));
        main.addOverrideProperty(Property.ROLE_VERIFY.key(), Boolean.toString(has("verify\\.directory")));
        properties.forEach(main::addOverrideProperty);
        main.bind(SettingsReader.LITERAL, literal);
        return main;
    }

    private void choosePort() throws IOException {
        if ("0".equals(properties.get(Property.HTTP_PORT.key()))) {
            String host = properties.getOrDefault(Property.HTTP_HOST.key(), Property.HTTP_HOST.defaultValue());
            properties.put(Property.HTTP_PORT.key(), Integer.toString(PortCheck.free(host)));
        }
    }

    /** Checks the settings before a Camel context is created; placeholders are checked there. */
    private Optional<Settings> check() throws IOException {
        if (properties.entrySet().stream().anyMatch(each -> each.getValue().contains("{{") && !literal.containsKey(each.getKey()))) {
            return Optional.empty();
        }
        Settings settings = Settings.of(properties, System.getenv());
        for (TargetSettings target : settings.targets()) {
            requireWritable(target.directory());
        }
        for (SourceSettings source : settings.sources()) {
            requireState(source);
        }
        return Optional.of(settings);
    }

    /**
     * Fails if the state directory cannot exist. A full or read-only file system may change while a source waits; a
     * wrong path does not.
     */
    private static void requireState(SourceSettings source) throws IOException {
        try {
            Files.createDirectories(source.state());
        } catch (AccessDeniedException | NoSuchFileException | FileAlreadyExistsException e) {
            String why = e instanceof AccessDeniedException ? "permission denied"
                    : e instanceof FileAlreadyExistsException ? e.getMessage() + " is not a directory"
                    : "cannot create anything in " + existingParent(source.state());
            throw new IOException("the state directory " + source.state() + " cannot be created (" + why
                    + "): correct this, or choose another with --state DIR or " + Property.STATE.key() + "=DIR", e);
        } catch (IOException e) {
            LoggerFactory.getLogger(ReplicationRun.class).debug("the state directory cannot be created yet", e);
        }
    }

    /** The nearest parent that exists. */
    private static Path existingParent(Path directory) {
        Path above = directory.toAbsolutePath();
        while (above.getParent() != null && !Files.exists(above)) {
            above = above.getParent();
        }
        return above;
    }

    private static void requireWritable(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IOException("the target's directory " + directory + " cannot be created ("
                    + (e instanceof AccessDeniedException ? "permission denied" : e.getMessage())
                    + "): give this user the permission, or choose another directory", e);
        }
        if (!Files.isWritable(directory)) {
            String why = WriteProbe.hindrance(directory).filter(fault -> !(fault instanceof AccessDeniedException))
                    .map(WriteProbe::remedy).orElse("give this user write access");
            throw new IOException("the target's directory " + directory + " cannot be written: " + why + ", or choose another directory");
        }
    }

    private void awaitEnd(CamelContext context) throws InterruptedException {
        Optional<StatusReport> status = bean(context, "status", StatusReport.class);
        if (options.quiet || status.isEmpty()) {
            stopped.await();
            return;
        }
        try (ProgressDisplay progress = new ProgressDisplay(status.get(), Terminal.isThere())) {
            progress.start();
            stopped.await();
            // A run that ends when in step may end between two reports
            progress.look();
        }
    }

    private static <T> Optional<T> bean(CamelContext context, String name, Class<T> type) {
        return Optional.ofNullable(context.getRegistry().lookupByNameAndType(name, type));
    }

    private ExitReason explain(Exception fault) {
        ExitReason reason = ExitReason.of(fault);
        return reason.code() == Bactrian.USAGE ? reason : PortCheck.trouble(fault, properties)
                .map(why -> new ExitReason(Bactrian.FAILED, why)).orElse(reason);
    }

    private static void stop(Main main) {
        try {
            main.stop();
        } catch (InvalidSettingException e) {
            throw e;
        } catch (Exception e) {
            LoggerFactory.getLogger(ReplicationRun.class).debug("stopping", e);
        }
    }
}
