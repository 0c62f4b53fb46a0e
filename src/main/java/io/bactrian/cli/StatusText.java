package io.bactrian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Formats a status for people. Works on plain JSON, because the process may have another version. */
final class StatusText {
    private final PrintWriter out;

    private StatusText(PrintWriter out) {
        this.out = out;
    }

    /** Returns whether nothing needs attention. */
    static boolean print(JsonNode status, URI url, PrintWriter out) {
        StatusText text = new StatusText(out);
        text.line("bactrian %s, process %s, at %s", of(status, "version"), of(status, "pid"), url);
        status.path("sources").forEach(text::source);
        status.path("targets").forEach(text::target);
        return status.findValues("unhealthy").stream().allMatch(JsonNode::isEmpty);
    }

    private void source(JsonNode link) {
        line("source %s: %s -> %s", of(link, "name"), of(link, "directory"), of(link, "target"));
        double lag = link.path("lag").asDouble();
        line("  %s%s, %s pending, %s watched", of(link, "state"), lag > 0 ? ", behind by " + seconds(lag) : "",
                count(link.path("pending").asLong(), "path", "paths"),
                count(link.path("watched").asLong(), "directory", "directories"));
        attention(link);
        line("  sent %s in %s", totals(link.path("sent")), ProgressTotals.size(link.path("wire").path("sent").asLong()));
        saved(link.path("saved"));
        written(link.path("written"));
        looks("rescan", link.path("rescan"), "");
        trouble("last error", link.path("lastError"));
        link.path("held").forEach(held -> trouble("held back", held));
    }

    private void looks(String kind, JsonNode looks, String more) {
        if (looks.path("count").asLong() > 0) {
            line("  %s every %s, taking %.2f s of processor time%s", kind, seconds(looks.path("every").asDouble()),
                    looks.path("cost").asDouble(), more);
        }
    }

    private void written(JsonNode written) {
        written.path("files").forEach(file -> line("  being written: %s; %s", of(file, "path"),
                file.path("sent").isNumber() ? "last sent " + seconds(file.path("sent").asDouble()) + " ago" : "not sent yet"));
        if (written.path("wasted").asLong() > 0) {
            line("  sent in vain because files changed during the upload: %s", size(written, "wasted"));
        }
    }

    private void target(JsonNode replica) {
        line("target %s: %s", of(replica, "name"), of(replica, "directory"));
        line("  %s, %s", replica.path("ready").asBoolean() ? "ready" : "not ready",
                replica.hasNonNull("sender") ? "sender " + of(replica, "sender") : "no sender");
        attention(replica);
        line("  applied %s", totals(replica.path("applied")));
        if (replica.path("uploads").asLong() > 0) {
            line("  %s in progress, %s in staging", count(replica.path("uploads").asLong(), "upload", "uploads"),
                    size(replica, "staging"));
        }
        scrub(replica.path("scrub"), replica.path("scrubs"));
        check(replica.path("check"));
        if (replica.path("trash").isObject()) {
            line("  trash: %,d files, %s, since %s", replica.path("trash").path("files").asLong(),
                    ProgressTotals.size(replica.path("trash").path("bytes").asLong()), of(replica.path("trash"), "oldest"));
        }
        space(replica.path("space"));
        trouble("last error", replica.path("lastError"));
    }

    /** Absent in the status of older versions. */
    private void space(JsonNode space) {
        List<String> parts = new ArrayList<>();
        for (String part : List.of("index", "staging", "reserve", "trash")) {
            if (space.path(part).asLong() > 0) {
                parts.add(part + " " + size(space, part));
            }
        }
        if (!parts.isEmpty()) {
            line("  .bactrian uses %s: %s", size(space, "all"), String.join(", ", parts));
        }
    }

    private void scrub(JsonNode scrub, JsonNode all) {
        if (scrub.isObject()) {
            line("  scrub of %s: %s, %,d files read, %,d discrepancies; %,d of %,d since the start repaired", of(scrub, "began"),
                    scrub.path("done").asBoolean() ? "done" : "in progress", scrub.path("files").asLong(),
                    scrub.path("found").asLong(), all.path("repaired").asLong(), all.path("found").asLong());
        }
    }

    private void check(JsonNode check) {
        looks("check", check.path("looks"), String.format(Locale.ROOT, "; %,d foreign changes found",
                check.path("found").asLong()));
        trouble("foreign change", check.path("last"));
    }

    private void attention(JsonNode mirror) {
        String guard = mirror.hasNonNull("guard") ? of(mirror, "guard") : "";
        if (!guard.isEmpty()) {
            line("  %s", guard.startsWith("guard tripped") ? guard : "guard tripped: " + guard);
        }
        mirror.path("unhealthy").forEach(why -> {
            if (!why.asText().equals(guard)) {
                line("  unhealthy: %s", why.asText());
            }
        });
    }

    /** What did not have to be sent, by reason. */
    private void saved(JsonNode saved) {
        List<String> all = new ArrayList<>();
        for (String field : List.of("delta", "move", "copy", "compression")) {
            if (saved.path(field).asLong() > 0) {
                all.add(size(saved, field) + " by " + field);
            }
        }
        if (!all.isEmpty()) {
            line("  saved %s", String.join(", ", all));
        }
    }

    private static String size(JsonNode node, String field) {
        return ProgressTotals.size(node.path(field).asLong());
    }

    private static String count(long number, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
    }

    /** For example 0.2 s, 41 s, 5 min or 3 h. */
    private static String seconds(double seconds) {
        return seconds < 10 ? String.format(Locale.ROOT, "%.1f s", seconds)
                : seconds < 120 ? String.format(Locale.ROOT, "%.0f s", seconds)
                : seconds < 7200 ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
                : String.format(Locale.ROOT, "%,.0f h", seconds / 3600);
    }

    private void trouble(String kind, JsonNode trouble) {
        if (trouble.isObject()) {
            line("  %s, %s: %s: %s", kind, of(trouble, "at"), of(trouble, "path"), of(trouble, "what"));
        }
    }

    private static String totals(JsonNode totals) {
        return String.format(Locale.ROOT, "%,d changes, %,d files, %s", totals.path("changes").asLong(),
                totals.path("files").asLong(), ProgressTotals.size(totals.path("bytes").asLong()));
    }

    private static String of(JsonNode node, String field) {
        return node.path(field).asText("?");
    }

    private void line(String format, Object... values) {
        out.println(Logging.printable(String.format(Locale.ROOT, format, values)));
    }
}
