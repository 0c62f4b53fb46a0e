package io.bactrian.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Chooses JVM options for a faster start, unless the user has set conflicting ones. Stateless. */
final class JvmOptions {
    /** Useful for every run, with or without a class archive. */
    static final List<String> ALWAYS = List.of("-XX:-UsePerfData",
            // The user need not know if the archive does not fit, which the JVM would report on stdout
            "-Xlog:disable", "-Xlog:all=error:stderr");
    static final String COLLECTOR = "-XX:+UseSerialGC";

    /** For work that is mostly native code, the optimizing compiler costs more time than it saves. */
    static final List<String> QUICK_COMPILER = List.of("-XX:TieredStopAtLevel=1");

    /** Five times the default thresholds: during startup the optimizing compiler costs more time than it saves. */
    static final List<String> BOTH_COMPILERS = List.of(
            "-XX:Tier4InvocationThreshold=25000", "-XX:Tier4MinInvocationThreshold=5000",
            "-XX:Tier4CompileThreshold=50000", "-XX:Tier4BackEdgeThreshold=200000");

    /** Sources of options besides the command line. */
    private static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** If the user sets one of these, or an options file that may contain them, no options are added. */
    private static final List<String> HANDS_OFF = List.of("-XX:SharedArchiveFile", "-Xshare", "-XX:TieredStopAtLevel",
            "UseSharedSpaces", "SharedArchive", "ArchiveClassesAtExit", "-XX:AOT", "-Xint", "-Xcomp", "-agent",
            "-javaagent", "-Xrun", "-Xdebug", "FlightRecord", "-Dcom.sun.management", "-XX:Flags", "-XX:VMOptionsFile",
            "-Xbootclasspath", "@");

    /** Commands that mainly hash, compress and write. */
    private static final List<String> REPLICATING = List.of("source", "target", "mirror", "verify");

    /**
     * Arguments or variables that contain one of these may need ciphers, which are fast only with the optimizing
     * compiler, or custom routes.
     */
    private static final List<String> MORE = List.of("tls", "ssl", "https", "camel");

    /** Commands that end before a relaunch would pay off. */
    private static final List<String> BRIEF = List.of("status", "token", "help", "-h", "--help", "-V", "--version");

    private JvmOptions() {
    }

    /** Whether these arguments cause enough work for a relaunch. */
    static boolean worthwhile(String[] arguments) {
        for (String argument : arguments) {
            if (BRIEF.contains(argument)) {
                return false;
            }
        }
        return true;
    }

    /** Whether all work of this command line is done by native code, provided that hashing is. */
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
     * The options to add to this command line; empty if it should be left alone.
     *
     * @param quick whether the quick compiler suffices
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

    /** The options to add to those of the user. */
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
