package io.bactrian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Locale;

/** A status as a person reads it. Takes JSON as it comes: the process asked may be of another version. */
final class StatusText {
    private final PrintWriter out;

    private StatusText(PrintWriter out) {
        this.out = out;
    }

    static void print(JsonNode status, URI url, PrintWriter out) {
        StatusText text = new StatusText(out);
        text.line("bactrian %s, process %s, at %s", of(status, "version"), of(status, "pid"), url);
        status.path("sources").forEach(text::source);
        status.path("targets").forEach(text::target);
    }

    private void source(JsonNode link) {
        line("source %s: %s -> %s", of(link, "name"), of(link, "directory"), of(link, "target"));
        line("  %s, %,d paths pending, %,d directories watched", of(link, "state"), link.path("pending").asLong(),
                link.path("watched").asLong());
        line("  sent %s in %s", totals(link.path("sent")), Tally.size(link.path("wire").path("sent").asLong()));
        guard(link);
        trouble("last error", link.path("lastError"));
        link.path("held").forEach(held -> trouble("held back", held));
    }

    private void target(JsonNode replica) {
        line("target %s: %s", of(replica, "name"), of(replica, "directory"));
        line("  %s, %s", replica.path("ready").asBoolean() ? "ready" : "not ready",
                replica.hasNonNull("sender") ? "sender " + of(replica, "sender") : "no sender");
        line("  applied %s", totals(replica.path("applied")));
        scrub(replica.path("scrub"));
        guard(replica);
        trouble("last error", replica.path("lastError"));
    }

    private void scrub(JsonNode scrub) {
        if (scrub.isObject()) {
            line("  scrub of %s: %s, %,d files read, %,d found", of(scrub, "began"),
                    scrub.path("done").asBoolean() ? "done" : "under way", scrub.path("files").asLong(),
                    scrub.path("found").asLong());
        }
    }

    private void guard(JsonNode mirror) {
        if (mirror.hasNonNull("guard")) {
            line("  %s", of(mirror, "guard").startsWith("guard tripped") ? of(mirror, "guard")
                    : "guard tripped: " + of(mirror, "guard"));
        }
    }

    private void trouble(String kind, JsonNode trouble) {
        if (trouble.isObject()) {
            line("  %s, %s: %s: %s", kind, of(trouble, "at"), of(trouble, "path"), of(trouble, "what"));
        }
    }

    private static String totals(JsonNode totals) {
        return String.format(Locale.ROOT, "%,d changes, %,d files, %s", totals.path("changes").asLong(),
                totals.path("files").asLong(), Tally.size(totals.path("bytes").asLong()));
    }

    private static String of(JsonNode node, String field) {
        return node.path(field).asText("?");
    }

    private void line(String format, Object... values) {
        out.println(Logging.printable(String.format(Locale.ROOT, format, values)));
    }
}
