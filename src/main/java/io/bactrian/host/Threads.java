package io.bactrian.host;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.spi.ThreadPoolProfile;

/**
 * A thread pool profile that the routes can name in every host. Camel Main looks for such beans after reading the route
 * files, Spring Boot before; so this one registers itself.
 */
public final class Threads extends ThreadPoolProfile implements CamelContextAware {
    private static final long serialVersionUID = 1L;

    private transient CamelContext camelContext;

    /** To be called when all of its values are set. */
    public void register() {
        camelContext.getExecutorServiceManager().registerThreadPoolProfile(this);
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }
}
