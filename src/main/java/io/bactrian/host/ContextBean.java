package io.bactrian.host;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;

/** A bean that knows the Camel context that it belongs to, which every host sets before it uses the bean. */
public abstract class ContextBean implements CamelContextAware {
    private CamelContext camelContext;

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    public final CamelContext getCamelContext() {
        return camelContext;
    }
}
