package io.bactrian.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** What {@code bactrian verify} compares: a directory here with a mirror there. Immutable. */
public record VerifySettings(Path directory, URI target, boolean content, Optional<Path> tokenFile) {
}
