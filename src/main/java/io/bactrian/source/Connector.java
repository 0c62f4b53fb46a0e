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
 * Makes connections to targets as Camel does; and by TLS to an address of IPv6, too, which Camel (4.18) tells the server as a
 * name (SNI). It cannot be one, and RFC 6066 does not want addresses there. Thread-safe.
 */
public final class Connector extends HttpClientInitializerFactory {
    @Override
    public ClientInitializerFactory createPipelineFactory(NettyProducer producer) {
        NettyHttpProducer http = (NettyHttpProducer) producer;
        String host = URI.create(http.getEndpoint().getEndpointUri()).getHost();
        return http.getConfiguration().isSsl() && host.startsWith("[") ? new Nameless(http) : new HttpClientInitializerFactory(http);
    }

    /** Shows the certificate's reader the address, and the server no name. */
    private static final class Nameless extends HttpClientInitializerFactory {
        private final URI target;
        private final SSLContext context;

        private Nameless(NettyHttpProducer producer) {
            super(producer);
            target = URI.create(producer.getEndpoint().getEndpointUri());
            try {
                context = configuration.getSslContextParameters().createSSLContext(producer.getContext());
            } catch (Exception e) {
                throw new IllegalStateException("no TLS to " + target.getAuthority() + ": " + e.getMessage(), e);
            }
        }

        /** Of a configuration that has a handler Camel makes none; each connection needs one of its own. */
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
