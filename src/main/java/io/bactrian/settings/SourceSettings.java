package io.bactrian.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.bactrian.change.RemovalLimit;
import io.bactrian.compare.FileReader;
import io.bactrian.compare.RereadRenamed;
/**
 * The settings of one source. Immutable.
 *
 * @param targets   base URIs of the mirrors
 * @param state     directory of the source's own records of its targets
 * @param tokenFile file with the token for the targets
 * @param values    of the source's properties
 */
public record SourceSettings(String name, List<URI> targets, Path state, Optional<Path> tokenFile, PropertyValues values) {

    /** The value of one of the source's properties. */
    public <T> T value(Property<T> property) {
        return values.get(property);
    }

    public Path directory() {
        return value(Property.SOURCE_DIRECTORY);
    }
}
