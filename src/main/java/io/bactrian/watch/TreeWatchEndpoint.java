package io.bactrian.watch;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.component.file.watch.FileWatchEndpoint;

/** The endpoint of {@link FileWatch}, which documents the options. */
public class TreeWatchEndpoint extends FileWatchEndpoint {

    private final FileWatch component;
    private String antExclude = "";

    TreeWatchEndpoint(String uri, String remaining, FileWatch component) {
        super(uri, remaining, component);
        this.component = component;
        setAutoCreate(false);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        TreeWatchConsumer consumer = new TreeWatchConsumer(this, component, processor);
        configureConsumer(consumer);
        return consumer;
    }

    /** Ant patterns, comma separated, relative to the root; empty for none. */
    public String getAntExclude() {
        return antExclude;
    }

    public void setAntExclude(String antExclude) {
        this.antExclude = antExclude;
    }
}
