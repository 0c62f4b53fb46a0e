package io.bactrian.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

import io.bactrian.compare.HashedFile;
import io.bactrian.content.Chunker;
import io.bactrian.content.Digester;
import io.bactrian.host.ContextBean;
import io.bactrian.index.IndexException;
import io.bactrian.link.Link;
import io.bactrian.tree.Entry;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of {@code cut-chunks}: finds the chunks of contents that were sent without them. For one thread. */
public final class ChunkFinder extends ContextBean {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkFinder.class);

    /** Finds the chunks of one content if the link is idle; interrupted and repeated later if the link gets work. */
    public void cut(@ExchangeProperty("link") Link link) {
        if (!link.isCaughtUp()) {
            return;
        }
        Optional<Map.Entry<String, HashedFile>> uncut = link.uploads().takeWithoutChunks();
        if (uncut.isPresent()) {
            HashedFile content = uncut.get().getValue();
            // The file may have been renamed.
            String path = link.view().byDigest(content.digest(), content.stat().size()).map(Entry.File::path)
                    .orElse(uncut.get().getKey());
            cut(link, path, content);
        }
    }

    private void cut(Link link, String path, HashedFile content) {
        Digester digester = new Digester(Set.of(Chunker.bits(content.stat().size())), 0);
        try {
            boolean whole = link.files().read(path, content.stat(), bytes -> update(link, digester, bytes));
            // Otherwise the file has changed, and will be sent.
            if (whole && digester.digest().equals(content.digest())) {
                link.view().chunks(content.digest(), digester.chunks().get(0));
                link.view().commit();
            }
        } catch (CancellationException e) {
            link.uploads().findChunksLater(path, content);
        } catch (IOException | IndexException e) {
            // Without chunks, the next version of the file only costs more. The next turn reports faults of the index.
            LOG.debug("{}: {}", link, path, e);
        }
    }

    private void update(Link link, Digester digester, ByteBuffer bytes) {
        if (getCamelContext().isStopping() || getCamelContext().isStopped() || !link.isCaughtUp()) {
            throw new CancellationException("the link has other work");
        }
        digester.update(bytes);
    }
}
