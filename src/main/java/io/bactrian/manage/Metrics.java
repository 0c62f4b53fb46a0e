package io.bactrian.manage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Supplier;

import io.bactrian.gate.Gate;
import io.bactrian.gate.ManagementGate;
import io.bactrian.wire.Status;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import org.apache.camel.Exchange;
import org.apache.camel.component.netty.http.NettyHttpMessage;

/**
 * Tells the status as metrics, in the form that Prometheus reads. They are made when they are asked for: the library
 * that writes them costs nothing before, and nothing where nobody asks. Thread-safe.
 */
public final class Metrics {
    private final Supplier<Status> status;
    private final Gate gate;
    private final ManagementGate management;

    public Metrics(Supplier<Status> status, Gate gate, ManagementGate management) {
        this.status = status;
        this.gate = gate;
        this.management = management;
    }

    /** Makes the metrics the answer, as OpenMetrics for a caller that takes that. */
    public void answer(Exchange exchange) throws IOException {
        String accepted = exchange.getMessage(NettyHttpMessage.class).getHttpRequest().headers().get("Accept", "");
        ExpositionFormatWriter writer = accepted.toLowerCase(Locale.ROOT).contains("application/openmetrics-text")
                ? OpenMetricsTextFormatWriter.create() : PrometheusTextFormatWriter.create();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, MetricsOf.status(status.get(), gate.connections(), gate.refusals().all(),
                management.refusals().all()));
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, writer.getContentType());
        exchange.getMessage().setBody(text.toByteArray());
    }
}
