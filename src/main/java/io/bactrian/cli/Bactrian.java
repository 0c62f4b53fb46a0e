package io.bactrian.cli;

import io.bactrian.settings.Property;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line's entry point. Without a command it runs what the properties configure. */
@Command(name = "bactrian", scope = ScopeType.INHERIT, mixinStandardHelpOptions = true, sortOptions = false,
        usageHelpAutoWidth = true, versionProvider = Bactrian.Version.class,
        subcommands = {MirrorCommand.class, TargetCommand.class, SourceCommand.class, VerifyCommand.class,
            StatusCommand.class, AllowRemovalsCommand.class, ScrubCommand.class, TokenCommand.class},
        description = "Keeps a directory on one machine identical to a directory on another.%nWithout a command it "
                + "runs what application.properties in the working directory and BACTRIAN_... variables configure.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:there are differences (verify), or something needs attention (status)",
            "2:wrong usage or configuration", "3:failed; the reason is on stderr"})
public final class Bactrian implements Callable<Integer> {
    static final int USAGE = CommandLine.ExitCode.USAGE;
    static final int ATTENTION = 1;
    static final int FAILED = 3;

    private static final Path FILE = Path.of("application.properties");

    @Mixin
    CommonOptions options;

    @Spec
    CommandSpec spec;

    public static void main(String[] args) {
        Optional<Prepared> prepared = Prepared.find();
        if (prepared.isPresent()) {
            prepared.get().useLibraries();
        }
        NativeLibraries.place(args);
        Relaunch.ifBetter(args, prepared);
        if (Runtime.version().feature() >= 24) {
            // Newer JDKs warn in four lines about Netty's use of sun.misc.Unsafe.
            System.setProperty("io.netty.noUnsafe", "true");
        }
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        // Picocli warns about a quote in a directory's name, although it then takes it literally
        CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
        return new CommandLine(new Bactrian()).setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, arguments) -> misused(e))
                .setExecutionExceptionHandler((e, line, parsed) -> ExitReason.of(e).print(line.getErr()));
    }

    @Override
    public Integer call() throws IOException {
        Map<String, String> properties = options.merge(file(), Map.of(), false);
        ReplicationRun run = new ReplicationRun(options, spec.commandLine().getErr(), properties, Map.of(), true);
        if (!run.hasRole()) {
            spec.commandLine().usage(spec.commandLine().getErr());
            return USAGE;
        }
        return run.call();
    }

    private static int misused(ParameterException e) {
        CommandLine line = e.getCommandLine();
        PrintWriter err = line.getErr();
        int code = new ExitReason(USAGE, e.getMessage()).print(err);
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("See " + line.getCommandSpec().qualifiedName() + " --help");
        }
        err.flush();
        return code;
    }

    static Map<String, String> file() throws IOException {
        Properties properties = new Properties();
        if (Files.exists(FILE)) {
            try (Reader reader = Files.newBufferedReader(FILE)) {
                properties.load(reader);
            }
        }
        Map<String, String> own = new TreeMap<>();
        properties.stringPropertyNames().stream().filter(key -> key.startsWith(Property.PREFIX))
                .forEach(key -> own.put(key, properties.getProperty(key)));
        return own;
    }

    /** Reads the version from the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Bactrian.class.getPackage().getImplementationVersion();
            return new String[] {"bactrian " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
