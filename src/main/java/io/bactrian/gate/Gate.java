package io.bactrian.gate;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.bactrian.settings.ExposureCheck;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import io.netty.channel.ChannelHandler;

/** The channel pipeline of the port on which targets listen. Thread-safe. */
public final class Gate extends ServerPipeline {
    private final RequestAuthorizer authorizer;

    public Gate(Supplier<Settings> settings, RequestAuthorizer authorizer) {
        super(settings.get().gate(), settings.get().value(Property.HTTP_MAX_BODY), names(settings.get()), List.of("no-token", "bad-token",
                "no-right", "misdirected", "other-site", "bad-request", "too-large", "too-slow", RefusalCounts.SLOW_HEAD,
                RefusalCounts.SLOW_READER, RefusalCounts.TOO_MANY));
        this.authorizer = authorizer;
    }

    /**
     * Any host name is accepted if other machines may connect without a token: a DNS name that an attacker controls
     * gives no access then that everybody does not have anyway.
     */
    private static Optional<HostNames> names(Settings settings) {
        return settings.authenticates() || ExposureCheck.isOpen(settings) ? HostNames.ANY
                : Optional.of(new HostNames(settings.value(Property.HTTP_HOST), settings.value(Property.NAMES)));
    }

    @Override
    Optional<ChannelHandler> authorizationHandler(RefusalCounts refusals) {
        return Optional.of(new AuthorizationHandler(authorizer, refusals));
    }
}
