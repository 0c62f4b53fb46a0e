package io.bactrian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Metrics as Prometheus reads them (text format 0.0.4), strictly: what it would refuse or misunderstand fails here. */
public final class Exposition {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? ([^ ]+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\"\\\\n])*)\"(?:,|$)");

    private final Map<String, String> types = new HashMap<>();
    private final Map<String, Map<Map<String, String>, Double>> samples = new LinkedHashMap<>();

    public Exposition(String text) {
        assertThat(text).endsWith("\n").doesNotContain("\r");
        text.lines().forEach(line -> {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                assertThat(words).hasSize(4);
                assertThat(words[3]).isIn("counter", "gauge", "histogram");
                assertThat(types.put(words[2], words[3])).as("a second %s", line).isNull();
            } else if (line.startsWith("# HELP ")) {
                assertThat(line.split(" ", 4)).hasSize(4);
            } else {
                sample(line);
            }
        });
        types.forEach((name, type) -> {
            if (type.equals("histogram")) {
                histogram(name);
            } else if (type.equals("counter")) {
                assertThat(name).endsWith("_total");
            }
        });
    }

    private void sample(String line) {
        Matcher matcher = SAMPLE.matcher(line);
        assertThat(matcher.matches()).as("a sample: %s", line).isTrue();
        String name = matcher.group(1);
        assertThat(types.containsKey(name) || "histogram".equals(types.get(name.replaceAll("_(bucket|sum|count)$", ""))))
                .as("the type comes before %s", line).isTrue();
        Map<String, String> labels = new TreeMap<>();
        String rest = matcher.group(2) == null ? "" : matcher.group(2);
        Matcher label = LABEL.matcher(rest);
        int end = 0;
        while (label.find()) {
            assertThat(label.start()).isEqualTo(end);
            end = label.end();
            assertThat(labels.put(label.group(1), label.group(2))).as(line).isNull();
        }
        assertThat(end).as(line).isEqualTo(rest.length());
        double value = Double.parseDouble(matcher.group(3).replace("+Inf", "Infinity"));
        assertThat(samples.computeIfAbsent(name, key -> new LinkedHashMap<>()).put(labels, value)).as("twice: %s", line).isNull();
    }

    private void histogram(String name) {
        samples.getOrDefault(name + "_count", Map.of()).forEach((labels, count) -> {
            double[] last = {0};
            Map<String, String> all = new TreeMap<>(labels);
            samples.get(name + "_bucket").forEach((bucket, value) -> {
                Map<String, String> others = new TreeMap<>(bucket);
                String bound = others.remove("le");
                if (others.equals(labels)) {
                    assertThat(value).as("buckets add up: %s %s", name, bucket).isGreaterThanOrEqualTo(last[0]);
                    last[0] = value;
                    all.put("le", bound);
                }
            });
            assertThat(all).as("the last bucket").containsEntry("le", "+Inf");
            assertThat(last[0]).isEqualTo(count);
        });
    }

    /** The sum of all samples of this name that have these labels, each written {@code label=value}; 0 if there is none. */
    public double value(String name, String... labels) {
        return samples.getOrDefault(name, Map.of()).entrySet().stream().filter(sample -> {
            for (String label : labels) {
                String[] both = label.split("=", 2);
                if (!both[1].equals(sample.getKey().get(both[0]))) {
                    return false;
                }
            }
            return true;
        }).mapToDouble(Map.Entry::getValue).sum();
    }

    /** How many samples there are of this name. */
    public int series(String name) {
        return samples.getOrDefault(name, Map.of()).size();
    }

    /** By name: counter, gauge or histogram. */
    public Map<String, String> types() {
        return types;
    }
}
