package io.bactrian.cli;

import io.bactrian.settings.ExposureCheck;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.bactrian.settings.SourceSettings;
import io.bactrian.settings.TargetSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what the process does once it has started. Stateless. */
final class StartupMessage {
    private StartupMessage() {
    }

    static void of(Settings settings) {
        Logger log = LoggerFactory.getLogger(StartupMessage.class);
        String until = settings.value(Property.ONCE) ? "until it is in step" : "press Ctrl-C to stop";
        String scheme = settings.value(Property.HTTP_TLS) ? "https" : "http";
        String here = settings.value(Property.HTTP_HOST) + ":" + settings.value(Property.HTTP_PORT);
        List<TargetSettings> others = new ArrayList<>(settings.targets());
        for (SourceSettings source : settings.sources()) {
            Optional<TargetSettings> own = settings.targets().stream().filter(target -> source.targets()
                    .equals(List.of(URI.create(scheme + "://" + here + "/v1/" + target.name())))).findFirst();
            own.ifPresent(others::remove);
            own.ifPresentOrElse(
                    target -> log.info("mirroring {} to {} ({} on {}), {}", source.directory(), target.directory(),
                            scheme, here, until),
                    () -> log.info("sending {} to {}, {}", source.directory(), source.targets().stream()
                            .map(URI::toString).collect(Collectors.joining(" and ")), until));
        }
        if (ExposureCheck.isOpen(settings)) {
            log.warn("{} is insecure, as configured: {}", here, settings.authenticates()
                    ? "tokens and files can be read in transit" : "everyone who can connect can read and change the replica");
        }
        others.forEach(target -> log.info("receiving into {} ({} on {}), {}", target.directory(), scheme, here, until));
    }
}
