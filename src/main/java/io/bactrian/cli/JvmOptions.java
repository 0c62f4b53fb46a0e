package io.bactrian.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which options make the JVM start faster, and when to leave it as the user wants it. Stateless. */
final class JvmOptions {
    /** What is good for a start and for long work, with an archive of classes or without. */
    static final List<String> ALWAYS = List.of("-XX:-UsePerfData",
            // five times the defaults: at a start the full compiler takes more time than its code gives back
            "-XX:Tier4InvocationThreshold=25000", "-XX:Tier4MinInvocationThreshold=5000",
            "-XX:Tier4CompileThreshold=50000", "-XX:Tier4BackEdgeThreshold=200000",
            // an archive that does not fit is no concern of the user's, and would be told on stdout
            "-Xlog:disable", "-Xlog:all=error:stderr");
    static final String COLLECTOR = "-XX:+UseSerialGC";

    /** Where the options come from that are not on the command line. */
    private static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** Who sets one of these knows what he wants, or watches this very JVM; and a file may hold any of them. */
    private static final List<String> HANDS_OFF = List.of("-XX:SharedArchiveFile", "-Xshare", "-XX:TieredStopAtLevel",
            "UseSharedSpaces", "SharedArchive", "ArchiveClassesAtExit", "-XX:AOT", "-Xint", "-Xcomp", "-agent",
            "-javaagent", "-Xrun", "-Xdebug", "FlightRecord", "-Dcom.sun.management", "-XX:Flags", "-XX:VMOptionsFile",
            "-Xbootclasspath", "@");

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

    /** What to add to this command line; nothing if it is to be left alone. */
    static List<String> faster(List<byte[]> command, Path archive) {
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
        return jar ? faster(given, archive.toString()) : List.of();
    }

    /** What to add to these options of the user's. */
    static List<String> faster(List<String> given, String archive) {
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
        if (!collector) {
            options.add(COLLECTOR);
        }
        return options;
    }
}
