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
        metrics.all.metricSnapshot(InfoSnapshot.builder().name("bactrian").help("The version that runs")
                .dataPoint(new InfoSnapshot.InfoDataPointSnapshot(Labels.of("version", status.version()))).build());
        metrics.process();
        metrics.refused("bactrian_management_refused", "Requests to the management port", managementRefused);
        if (!status.sources().isEmpty()) {
            metrics.sources(status.sources());
        }
        if (!status.targets().isEmpty()) {
            metrics.targets(status.targets());
            metrics.one("bactrian_target_connections", null, "Connections that are open, of all mirrors together", connections);
            metrics.refused("bactrian_target_refused", "Connections and requests", refused);
        }
        return metrics.all.build();
    }

    private void refused(String name, String what, Map<String, Long> kinds) {
        count(List.of(kinds), name, null, what + " that were turned away, by kind", all -> labelled("kind", all));
    }

    private void process() {
        one("process_start_time", Unit.SECONDS, "When the process started, since 1970",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        one("jvm_heap_used", Unit.BYTES, "Memory in use by objects", heap.getUsed());
        one("jvm_heap_max", Unit.BYTES, "Memory that objects may use", heap.getMax());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            one("process_open_fds", null, "Files, connections and the like that are open",
                    system.getOpenFileDescriptorCount());
            one("process_max_fds", null, "How many may be open", system.getMaxFileDescriptorCount());
        }
    }

    private void one(String name, Unit unit, String help, double value) {
        gauge(List.of(value), name, unit, help, Double::doubleValue);
    }

    private void sources(List<Status.Link> links) {
        gauge(links, "bactrian_source_healthy", null, "1 if nothing needs attention",
                link -> is(link.unhealthy().isEmpty()));
        gauge(links, "bactrian_source_in_step", null, "1 if the target is known to hold all that was seen",
                link -> is(link.inStep()));
        gauge(links, "bactrian_source_lag", Unit.SECONDS, "Since the oldest change was seen that the target may not have",
                Status.Link::lag);
        gauge(links, "bactrian_source_pending_paths", null, "Paths that wait to be compared or sent",
                Status.Link::pending);
        gauge(links, "bactrian_source_held_paths", null, "Paths that cannot be replicated at present",
                link -> link.held().size());
        gauge(links, "bactrian_source_guard_tripped", null, "1 if removals are held back",
                link -> is(link.guard().isPresent()));
        gauge(links, "bactrian_source_blind", null, "1 if the watch does not see everything",
                link -> is(link.blind().isPresent()));
        gauge(links, "bactrian_source_watched_directories", null, "Directories under watch", Status.Link::watched);
        counter(links, "bactrian_source_rescans", null, "Comparisons of everything that no event asked for",
                link -> link.rescan().count());
        counter(links, "bactrian_source_content", Unit.BYTES, "Sizes of files that the target acknowledged",
                link -> link.sent().bytes());
        counter(links, "bactrian_source_sent", Unit.BYTES, "Bytes of request bodies, as they went over the network",
                link -> link.wire().sent());
        count(links, "bactrian_source_saved", Unit.BYTES, "Bytes that were not sent, by what made that possible",
                link -> Map.of(
                Labels.of("by", "delta"), link.saved().delta(), Labels.of("by", "move"), link.saved().move(),
                Labels.of("by", "copy"), link.saved().copy(), Labels.of("by", "compression"), link.saved().compression()));
        counter(links, "bactrian_source_wasted", Unit.BYTES, "Bytes that were sent for nothing, for their file changed meanwhile",
                link -> link.written().wasted());
        gauge(links, "bactrian_source_written_files", null, "Large files that are being written and do not stand still",
                link -> link.written().files().size());
        count(links, "bactrian_source_changes", null, "Changes by what they are and what became of them",
                link -> labelled("op", "outcome", link.changes()));
        count(links, "bactrian_source_errors", null, "What went wrong, by kind",
                link -> labelled("kind", link.errors()));
        histogram(links, "bactrian_source_batch", "From sending a batch to its acknowledgement", Status.Link::batches);
    }

    private void targets(List<Status.Replica> replicas) {
        gauge(replicas, "bactrian_target_healthy", null, "1 if nothing needs attention",
                replica -> is(replica.unhealthy().isEmpty()));
        gauge(replicas, "bactrian_target_ready", null, "1 if senders are served", replica -> is(replica.ready()));
        gauge(replicas, "bactrian_target_has_sender", null, "1 if a sender holds the lease",
                replica -> is(replica.sender().isPresent()));
        gauge(replicas, "bactrian_target_guard_tripped", null, "1 if removals are refused",
                replica -> is(replica.guard().isPresent()));
        gauge(replicas, "bactrian_target_uploads", null, "Large contents that have arrived in part",
                Status.Replica::uploads);
        gauge(replicas, "bactrian_target_staging", Unit.BYTES, "What these take", Status.Replica::staging);
        GaugeSnapshot.Builder space = gauge("bactrian_target_own_space", Unit.BYTES, "What .bactrian takes of the disk, by what it is");
        replicas.forEach(replica -> replica.space().ifPresent(is -> Map.of("staging", is.staging(), "index", is.index(),
                "reserve", is.reserve(), "trash", is.trash()).forEach((what, bytes) -> space.dataPoint(
                        new GaugeSnapshot.GaugeDataPointSnapshot(bytes, of(replica).merge(Labels.of("of", what)), null)))));
        all.metricSnapshot(space.build());
        counter(replicas, "bactrian_target_checks", null, "Looks by stats alone for what somebody else changed",
                replica -> replica.check().looks().count());
        gauge(replicas, "bactrian_target_scrub_running", null, "1 while all content is read anew",
                replica -> is(replica.scrub().filter(scrub -> !scrub.done()).isPresent()));
        gauge(replicas, "bactrian_target_scrub_last_timestamp", Unit.SECONDS,
                "When a scrub last came to its end, since 1970; 0 if none has", replica -> replica.scrubs().last().map(last -> last.toEpochMilli() / MILLIS).orElse(0.0));
        counter(replicas, "bactrian_target_scrub_found", null, "What scrubs and checks found that was not as it should be",
                replica -> replica.scrubs().found());
        counter(replicas, "bactrian_target_scrub_repaired", null, "What of it its sender has put right",
                replica -> replica.scrubs().repaired());
        counter(replicas, "bactrian_target_content", Unit.BYTES, "Sizes of files that were written",
                replica -> replica.applied().bytes());
        count(replicas, "bactrian_target_changes", null, "Changes by what they are and what became of them",
                replica -> labelled("op", "outcome", replica.changes()));
        count(replicas, "bactrian_target_requests", null, "Requests by call and HTTP status",
                replica -> labelled("call", "status", replica.requests()));
        count(replicas, "bactrian_target_errors", null, "What went wrong, by kind",
                replica -> labelled("kind", replica.errors()));
        histogram(replicas, "bactrian_target_batch", "From the turn of a batch to its end", Status.Replica::batches);
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
