package io.bactrian.manage;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import com.sun.management.UnixOperatingSystemMXBean;
import io.bactrian.measure.DurationHistogram;
import io.bactrian.wire.Status;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;

/** A status as metrics: names, units and labels as Prometheus wants them, and no more of them than mirrors ask for. */
final class MetricsOf {
    private static final double MILLIS = 1e3;

    private final MetricSnapshots.Builder all = MetricSnapshots.builder();

    private MetricsOf() {
    }

    static MetricSnapshots status(Status status, int connections, Map<String, Long> refused,
            Map<String, Long> managementRefused) {
        MetricsOf metrics = new MetricsOf();
        metrics.all.metricSnapshot(InfoSnapshot.builder().name("bactrian").help("The running version")
                .dataPoint(new InfoSnapshot.InfoDataPointSnapshot(Labels.of("version", status.version()))).build());
        metrics.process();
        metrics.refused("bactrian_management_refused", "Requests to the management port", managementRefused);
        if (!status.sources().isEmpty()) {
            metrics.sources(status.sources());
        }
        if (!status.targets().isEmpty()) {
            metrics.targets(status.targets());
            metrics.one("bactrian_target_connections", null, "Open connections of all mirrors", connections);
            metrics.refused("bactrian_target_refused", "Connections and requests", refused);
        }
        return metrics.all.build();
    }

    private void refused(String name, String what, Map<String, Long> kinds) {
        count(List.of(kinds), name, null, what + " that were refused, by kind", all -> labelled("kind", all));
    }

    private void process() {
        one("process_start_time", Unit.SECONDS, "Start time of the process, in seconds since 1970",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        one("jvm_heap_used", Unit.BYTES, "Used heap", heap.getUsed());
        one("jvm_heap_max", Unit.BYTES, "Maximum heap", heap.getMax());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            one("process_open_fds", null, "Open file descriptors",
                    system.getOpenFileDescriptorCount());
            one("process_max_fds", null, "Limit of open file descriptors", system.getMaxFileDescriptorCount());
        }
    }

    private void one(String name, Unit unit, String help, double value) {
        gauge(List.of(value), name, unit, help, Double::doubleValue);
    }

    private void sources(List<Status.Link> links) {
        gauge(links, "bactrian_source_healthy", null, "1 if nothing needs attention",
                link -> is(link.unhealthy().isEmpty()));
        gauge(links, "bactrian_source_in_step", null, "1 if the target is known to hold every change seen so far",
                link -> is(link.inStep()));
        gauge(links, "bactrian_source_lag", Unit.SECONDS, "Age of the oldest change that the target may not have",
                Status.Link::lag);
        gauge(links, "bactrian_source_pending_paths", null, "Paths waiting to be compared or sent",
                Status.Link::pending);
        gauge(links, "bactrian_source_held_paths", null, "Paths that cannot be replicated at the moment",
                link -> link.held().size());
        gauge(links, "bactrian_source_guard_tripped", null, "1 if removals are held back",
                link -> is(link.guard().isPresent()));
        gauge(links, "bactrian_source_blind", null, "1 if the watch may miss changes",
                link -> is(link.blind().isPresent()));
        gauge(links, "bactrian_source_watched_directories", null, "Watched directories", Status.Link::watched);
        counter(links, "bactrian_source_rescans", null, "Full comparisons without an event as the cause",
                link -> link.rescan().count());
        counter(links, "bactrian_source_content", Unit.BYTES, "Total size of the files that the target acknowledged",
                link -> link.sent().bytes());
        counter(links, "bactrian_source_sent", Unit.BYTES, "Bytes of request bodies as sent, after compression",
                link -> link.wire().sent());
        count(links, "bactrian_source_saved", Unit.BYTES, "Bytes that did not have to be sent, by method",
                link -> Map.of(
                Labels.of("by", "delta"), link.saved().delta(), Labels.of("by", "move"), link.saved().move(),
                Labels.of("by", "copy"), link.saved().copy(), Labels.of("by", "compression"), link.saved().compression()));
        counter(links, "bactrian_source_wasted", Unit.BYTES, "Bytes sent in vain because the file changed during the upload",
                link -> link.written().wasted());
        gauge(links, "bactrian_source_written_files", null, "Large files that change continuously",
                link -> link.written().files().size());
        count(links, "bactrian_source_changes", null, "Changes by operation and outcome",
                link -> labelled("op", "outcome", link.changes()));
        count(links, "bactrian_source_errors", null, "Errors by kind",
                link -> labelled("kind", link.errors()));
        histogram(links, "bactrian_source_batch", "Time from sending a batch to its acknowledgement", Status.Link::batches);
    }

    private void targets(List<Status.Replica> replicas) {
        gauge(replicas, "bactrian_target_healthy", null, "1 if nothing needs attention",
                replica -> is(replica.unhealthy().isEmpty()));
        gauge(replicas, "bactrian_target_ready", null, "1 if the target accepts senders", replica -> is(replica.ready()));
        gauge(replicas, "bactrian_target_has_sender", null, "1 if a sender holds the lease",
                replica -> is(replica.sender().isPresent()));
        gauge(replicas, "bactrian_target_guard_tripped", null, "1 if removals are refused",
                replica -> is(replica.guard().isPresent()));
        gauge(replicas, "bactrian_target_uploads", null, "Incomplete uploads of large files",
                Status.Replica::uploads);
        gauge(replicas, "bactrian_target_staging", Unit.BYTES, "Disk space of incomplete uploads", Status.Replica::staging);
        GaugeSnapshot.Builder space = gauge("bactrian_target_own_space", Unit.BYTES, "Disk space of .bactrian, by purpose");
        replicas.forEach(replica -> replica.space().ifPresent(is -> Map.of("staging", is.staging(), "index", is.index(),
                "reserve", is.reserve(), "trash", is.trash()).forEach((what, bytes) -> space.dataPoint(
                        new GaugeSnapshot.GaugeDataPointSnapshot(bytes, of(replica).merge(Labels.of("of", what)), null)))));
        all.metricSnapshot(space.build());
        counter(replicas, "bactrian_target_checks", null, "Checks for foreign changes by stat",
                replica -> replica.check().looks().count());
        gauge(replicas, "bactrian_target_scrub_running", null, "1 while a scrub reads all content",
                replica -> is(replica.scrub().filter(scrub -> !scrub.done()).isPresent()));
        gauge(replicas, "bactrian_target_scrub_last_timestamp", Unit.SECONDS,
                "Time of the last completed scrub, in seconds since 1970; 0 if there was none",
                replica -> replica.scrubs().last().map(last -> last.toEpochMilli() / MILLIS).orElse(0.0));
        counter(replicas, "bactrian_target_scrub_found", null, "Discrepancies found by scrubs and checks",
                replica -> replica.scrubs().found());
        counter(replicas, "bactrian_target_scrub_repaired", null, "Discrepancies that the sender has repaired",
                replica -> replica.scrubs().repaired());
        counter(replicas, "bactrian_target_content", Unit.BYTES, "Total size of the files written",
                replica -> replica.applied().bytes());
        count(replicas, "bactrian_target_changes", null, "Changes by operation and outcome",
                replica -> labelled("op", "outcome", replica.changes()));
        count(replicas, "bactrian_target_requests", null, "Requests by operation and HTTP status",
                replica -> labelled("call", "status", replica.requests()));
        count(replicas, "bactrian_target_errors", null, "Errors by kind",
                replica -> labelled("kind", replica.errors()));
        histogram(replicas, "bactrian_target_batch", "Time to apply a batch", Status.Replica::batches);
    }

    private static double is(boolean so) {
        return so ? 1 : 0;
    }

    private static Labels of(Object subject) {
        if (subject instanceof Status.Link link) {
            return Labels.of("mirror", link.name(), "target", link.target());
        }
        return subject instanceof Status.Replica replica ? Labels.of("mirror", replica.name()) : Labels.EMPTY;
    }

    private static GaugeSnapshot.Builder gauge(String name, Unit unit, String help) {
        return GaugeSnapshot.builder().name(unit == null ? name : name + "_" + unit).unit(unit).help(help);
    }

    private <M> void gauge(List<M> mirrors, String name, Unit unit, String help, ToDoubleFunction<M> value) {
        GaugeSnapshot.Builder gauge = gauge(name, unit, help);
        mirrors.forEach(mirror -> gauge.dataPoint(
                new GaugeSnapshot.GaugeDataPointSnapshot(value.applyAsDouble(mirror), of(mirror), null)));
        all.metricSnapshot(gauge.build());
    }

    private <M> void counter(List<M> mirrors, String name, Unit unit, String help, ToDoubleFunction<M> value) {
        count(mirrors, name, unit, help, mirror -> Map.of(Labels.EMPTY, (long) value.applyAsDouble(mirror)));
    }

    private <M> void count(List<M> mirrors, String name, Unit unit, String help,
            Function<M, Map<Labels, Long>> values) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(unit == null ? name : name + "_" + unit).unit(unit)
                .help(help);
        mirrors.forEach(mirror -> values.apply(mirror).forEach((labels, value) -> counter.dataPoint(
                new CounterSnapshot.CounterDataPointSnapshot(value, of(mirror).merge(labels), null, 0))));
        all.metricSnapshot(counter.build());
    }

    private <M> void histogram(List<M> mirrors, String name, String help, Function<M, Status.Durations> values) {
        HistogramSnapshot.Builder histogram = HistogramSnapshot.builder().name(name + "_seconds").unit(Unit.SECONDS)
                .help(help);
        double[] bounds = new double[DurationHistogram.BOUNDS.size() + 1];
        for (int i = 0; i < bounds.length - 1; i++) {
            bounds[i] = DurationHistogram.BOUNDS.get(i);
        }
        bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
        mirrors.forEach(mirror -> {
            Status.Durations took = values.apply(mirror);
            histogram.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, took.buckets().toArray(Number[]::new)))
                    .sum(took.seconds()).labels(of(mirror)).build());
        });
        all.metricSnapshot(histogram.build());
    }

    private static Map<Labels, Long> labelled(String label, Map<String, Long> counts) {
        Map<Labels, Long> labelled = new TreeMap<>();
        counts.forEach((value, count) -> labelled.put(Labels.of(label, value), count));
        return labelled;
    }

    private static Map<Labels, Long> labelled(String first, String second, Map<String, Map<String, Long>> counts) {
        Map<Labels, Long> labelled = new TreeMap<>();
        counts.forEach((what, hows) -> hows.forEach((how, count) ->
                labelled.put(Labels.of(first, what, second, how), count)));
        return labelled;
    }
}
