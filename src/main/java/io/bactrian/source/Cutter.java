package io.bactrian.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

import io.bactrian.change.Uploads.Staged;
import io.bactrian.content.Chunker;
import io.bactrian.content.Digester;
import io.bactrian.index.IndexException;
import io.bactrian.link.Link;
import io.bactrian.tree.Entry;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the route that finds the chunks of what was sent without them. For one thread. */
public final class Cutter implements CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(Cutter.class);

    private CamelContext camelContext;

    /** Cuts one content that waits for it, if the link has nothing else to do; begins again later if it gets some. */
    public void cut(@ExchangeProperty("link") Link link) {
        if (!link.isCaughtUp()) {
            return;
        }
        Optional<Map.Entry<String, Staged>> uncut = link.uploads().takeUncut();
        if (uncut.isPresent()) {
            Staged content = uncut.get().getValue();
            // It may have been renamed meanwhile.
            String path = link.view().byDigest(content.digest(), content.stat().size()).map(Entry.File::path)
                    .orElse(uncut.get().getKey());
            cut(link, path, content);
        }
    }

    private void cut(Link link, String path, Staged content) {
        Digester digester = new Digester(Set.of(Chunker.bits(content.stat().size())), 0);
        try {
            boolean whole = link.files().read(path, content.stat(), bytes -> update(link, digester, bytes));
            // Or it is another file now, which will be sent.
            if (whole && digester.digest().equals(content.digest())) {
                link.view().chunks(content.digest(), digester.chunks().get(0));
                link.view().commit();
            }
        } catch (CancellationException e) {
            link.uploads().cutLater(path, content);
        } catch (IOException | IndexException e) {
            // Without its chunks the next version of the file only costs more; what ails an index, the next turn says.
            LOG.debug("{}: {}", link, path, e);
        }
    }

    private void update(Link link, Digester digester, ByteBuffer bytes) {
        if (camelContext.isStopping() || camelContext.isStopped() || !link.isCaughtUp()) {
            throw new CancellationException("there is other work");
        }
        digester.update(bytes);
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
