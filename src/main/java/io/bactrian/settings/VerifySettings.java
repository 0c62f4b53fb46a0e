package io.bactrian.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** The settings of {@code bactrian verify}: a local directory and the mirror to compare it with. Immutable. */
public record VerifySettings(Path directory, URI target, boolean content, Optional<Path> tokenFile) {
}
