package io.bactrian.source;

import java.util.List;
import java.util.Optional;

import io.bactrian.change.PlannedChange;
import io.bactrian.compare.ContentHashFilter;
import io.bactrian.link.Link;
import io.bactrian.link.Window;
import io.bactrian.plan.Work.Stretch;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/** The step of {@code compare-changes} that drops what a target holds already, known by its content hash. Thread-safe. */
public final class ContentFilter {

    /** What the target of this link holds. */
    public ContentHashFilter contents(@ExchangeProperty("link") Link link) {
        return new ContentHashFilter(link.view(), link.uploads()::isSentWhole);
    }

    /** The changes that the target lacks. The view remembers the local stat of what it holds already. */
    public List<PlannedChange> lacking(@ExchangeProperty("contents") ContentHashFilter contents, @ExchangeProperty("window") Window window,
            @Body Stretch stretch) {
        stretch.remembered().forEach(window.batches()::remember);
        stretch.planned().stream().filter(PlannedChange::isHeld).forEach(is -> window.batches().remember(is.after().orElseThrow()));
        return stretch.planned().stream().map(contents::lacking).flatMap(Optional::stream).toList();
    }
}
