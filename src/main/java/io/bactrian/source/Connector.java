package io.bactrian.source;

import java.net.URI;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import org.apache.camel.component.netty.ClientInitializerFactory;
import org.apache.camel.component.netty.NettyProducer;
import org.apache.camel.component.netty.http.HttpClientInitializerFactory;
import org.apache.camel.component.netty.http.NettyHttpProducer;

/**
 * Creates connections to targets as Camel does, but without a server name (SNI) for TLS to an IPv6 address. Camel (4.18) sends the
 * address as the name, which RFC 6066 forbids. Thread-safe.
 */
public final class Connector extends HttpClientInitializerFactory {
    @Override
    public ClientInitializerFactory createPipelineFactory(NettyProducer producer) {
        NettyHttpProducer http = (NettyHttpProducer) producer;
        String host = URI.create(http.getEndpoint().getEndpointUri()).getHost();
        return http.getConfiguration().isSsl() && host.startsWith("[") ? new WithoutServerName(http) : new HttpClientInitializerFactory(http);
    }

    /** Verifies the certificate against the address, and sends no server name. */
    private static final class WithoutServerName extends HttpClientInitializerFactory {
        private final URI target;
        private final SSLContext context;

        private WithoutServerName(NettyHttpProducer producer) {
            super(producer);
            target = URI.create(producer.getEndpoint().getEndpointUri());
            try {
                context = configuration.getSslContextParameters().createSSLContext(producer.getContext());
            } catch (Exception e) {
                throw new IllegalStateException("no TLS to " + target.getAuthority() + ": " + e.getMessage(), e);
            }
        }

        /** Camel creates no handler if the configuration has one; each connection needs its own. */
        @Override
        protected void initChannel(Channel channel) throws Exception {
            SSLEngine engine = context.createSSLEngine(target.getHost().replaceAll("[\\[\\]]", ""), target.getPort());
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
            synchronized (configuration) {
                configuration.setSslHandler(new SslHandler(engine));
                super.initChannel(channel);
            }
        }
    }
}
