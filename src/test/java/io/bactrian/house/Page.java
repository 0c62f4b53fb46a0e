package io.bactrian.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation: README.md, or one below docs. Immutable. */
record Page(Path file, String text) {
    private static final Pattern COMMANDS = Pattern.compile("(?:<!-- (.*?) -->\n)?```sh\n(.*?)```\n", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("```.*?```", Pattern.DOTALL);
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

    /**
     * Commands for the reader's shell.
     *
     * @param remark the comment before it, which only this project's tests read; empty if there is none
     */
    record Commands(String remark, String script) {
        /** Whether they cannot run in a test; the remark gives the reason. */
        boolean isForSyntaxOnly() {
            return remark.startsWith("syntax only: ");
        }

        /** Whether the last of them runs until somebody stops it. */
        boolean runUntilStopped() {
            return remark.equals("runs until it is stopped");
        }
    }

    static Page of(Path file) {
        try {
            return new Page(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Page> all() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md")), files.filter(file -> file.toString().endsWith(".md")).sorted())
                    .map(Page::of).toList();
        }
    }

    /** Its blocks of commands, in their order. */
    List<Commands> commands() {
        return COMMANDS.matcher(text).results().map(found -> new Commands(found.group(1) == null ? "" : found.group(1),
                found.group(2))).toList();
    }

    /** Its text without any block of code. */
    String prose() {
        return CODE.matcher(text).replaceAll("");
    }

    /** The anchors of its headings, as GitHub makes them. */
    List<String> anchors() {
        return HEADING.matcher(prose()).results().map(Page::anchor).toList();
    }

    private static String anchor(MatchResult heading) {
        return heading.group(1).toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
