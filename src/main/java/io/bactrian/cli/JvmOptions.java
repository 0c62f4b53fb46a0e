package io.bactrian.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which options make the JVM start faster, and when to leave it as the user wants it. Stateless. */
final class JvmOptions {
    /** What is good for a start and for long work, with an archive of classes or without. */
    static final List<String> ALWAYS = List.of("-XX:-UsePerfData",
            // an archive that does not fit is no concern of the user's, and would be told on stdout
            "-Xlog:disable", "-Xlog:all=error:stderr");
    static final String COLLECTOR = "-XX:+UseSerialGC";

    /** Where most of the time goes to native code, the full compiler takes more of it than its code ever gives back. */
    static final List<String> QUICK_COMPILER = List.of("-XX:TieredStopAtLevel=1");

    /** Five times the defaults: at a start the full compiler takes more time than its code gives back. */
    static final List<String> BOTH_COMPILERS = List.of(
            "-XX:Tier4InvocationThreshold=25000", "-XX:Tier4MinInvocationThreshold=5000",
            "-XX:Tier4CompileThreshold=50000", "-XX:Tier4BackEdgeThreshold=200000");

    /** Where the options come from that are not on the command line. */
    private static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** Who sets one of these knows what he wants, or watches this very JVM; and a file may hold any of them. */
    private static final List<String> HANDS_OFF = List.of("-XX:SharedArchiveFile", "-Xshare", "-XX:TieredStopAtLevel",
            "UseSharedSpaces", "SharedArchive", "ArchiveClassesAtExit", "-XX:AOT", "-Xint", "-Xcomp", "-agent",
            "-javaagent", "-Xrun", "-Xdebug", "FlightRecord", "-Dcom.sun.management", "-XX:Flags", "-XX:VMOptionsFile",
            "-Xbootclasspath", "@");

    /** Commands whose work is that of the routes in the jar: hashing, packing, writing. */
    private static final List<String> REPLICATING = List.of("source", "target", "mirror", "verify");

    /** Who says one of these, in a word or a variable, may want ciphers, which only the full compiler makes fast, or own routes. */
    private static final List<String> MORE = List.of("tls", "ssl", "https", "camel");

    /** Commands that are done before a second start would have paid. */
    private static final List<String> BRIEF = List.of("status", "token", "help", "-h", "--help", "-V", "--version");

    private JvmOptions() {
    }

    /** Whether these arguments ask for enough work. */
    static boolean worthwhile(String[] arguments) {
        for (String argument : arguments) {
            if (BRIEF.contains(argument)) {
                return false;
            }
        }
        return true;
    }

    /** Whether all that this command line asks for is work of native code, if hashing is. */
    static boolean isNativeWork(List<byte[]> command, Map<String, String> environment) {
        boolean replicates = false;
        for (byte[] bytes : command) {
            String word = new String(bytes, StandardCharsets.ISO_8859_1);
            if (!isPath(word) && mayBeMore(word)) {
                return false;
            }
            replicates |= REPLICATING.contains(word);
        }
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if ((name.startsWith("BACTRIAN_") || name.startsWith("CAMEL_") || VARIABLES.contains(name))
                    && (mayBeMore(name) || mayBeMore(variable.getValue()))) {
                return false;
            }
        }
        return replicates;
    }

    private static boolean isPath(String word) {
        return !word.startsWith("-") && !word.contains("=") && !word.contains("://");
    }

    private static boolean mayBeMore(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        for (String more : MORE) {
            if (lower.contains(more)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What to add to this command line; nothing if it is to be left alone.
     *
     * @param quick whether the quick compiler is enough
     */
    static List<String> faster(List<byte[]> command, Path archive, boolean quick) {
        List<String> given = new ArrayList<>();
        for (String variable : VARIABLES) {
            String value = System.getenv(variable);
            if (value != null) {
                given.addAll(List.of(value.trim().split("\\s+")));
            }
        }
        boolean jar = false;
        for (int i = 1; i < command.size() && !jar; i++) {
            String option = new String(command.get(i), StandardCharsets.ISO_8859_1);
            jar = option.equals("-jar");
            given.add(option);
        }
        return jar ? faster(given, archive.toString(), quick) : List.of();
    }

    /** What to add to these options of the user's. */
    static List<String> faster(List<String> given, String archive, boolean quick) {
        boolean collector = false;
        for (String option : given) {
            for (String own : HANDS_OFF) {
                if (option.startsWith(own) || own.charAt(0) != '-' && own.charAt(0) != '@' && option.contains(own)) {
                    return List.of();
                }
            }
            collector |= option.startsWith("-XX:+Use") && option.endsWith("GC");
        }
        List<String> options = new ArrayList<>();
        options.add("-XX:SharedArchiveFile=" + archive);
        options.addAll(ALWAYS);
        options.addAll(quick ? QUICK_COMPILER : BOTH_COMPILERS);
        if (!collector) {
            options.add(COLLECTOR);
        }
        return options;
    }
}
