package io.bactrian.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

import io.bactrian.fault.Faults;
import io.bactrian.settings.InvalidSettingException;
import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SecureSocketProtocolsParameters;

/**
 * TLS for Bactrian's servers and clients, configured by the properties {@code camel.ssl.*} and restricted to versions 1.2
 * and 1.3. Without these properties, the JVM's trust store applies.
 */
public final class Tls extends SSLContextParameters {
    private static final String ENABLED = "camel.ssl.enabled=true";

    private static final Pattern DECODED = Pattern.compile("[%+\\\\]");

    private final Settings settings;

    public Tls(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    /** The properties are available when the context starts, but not yet when the beans are created. */
    @Override
    public void setCamelContext(CamelContext context) {
        if (getCamelContext() == null) {
            context.addLifecycleStrategy(new LifecycleStrategySupport() {
                @Override
                public void onContextInitializing(CamelContext starting) {
                    check();
                }
            });
        }
        super.setCamelContext(context);
    }

    /** @throws InvalidSettingException if what is needed is missing or cannot be used */
    private void check() {
        Optional<SSLContextParameters> given = given();
        boolean serves = settings.receives() && settings.value(Property.HTTP_TLS);
        boolean calls = Stream.concat(settings.sources().stream(), settings.verify().stream())
                .flatMap(source -> source.targets().stream()).anyMatch(uri -> uri.getScheme().equals("https"));
        String tls = Property.HTTP_TLS.key() + "=true";
        if (serves && given.map(SSLContextParameters::getKeyManagers).map(KeyManagersParameters::getKeyStore)
                .map(KeyStoreParameters::getResource).isEmpty()) {
            throw new InvalidSettingException(tls + " requires a certificate: set " + ENABLED
                    + ", camel.ssl.key-store=FILE.p12 and camel.ssl.keystore-password");
        }
        if (serves && settings.value(Property.HTTP_CLIENT_CERTIFICATES) && given.get().getTrustManagers() == null) {
            throw new InvalidSettingException(Property.HTTP_CLIENT_CERTIFICATES.key()
                    + "=true requires a trust store with the accepted certificates: set camel.ssl.trust-store=FILE.p12 and "
                    + "camel.ssl.trust-store-password");
        }
        if (serves && !settings.value(Property.HTTP_CLIENT_CERTIFICATES) && given.get().getServerParameters() != null
                && !List.of("NONE", "").contains(given.get().getServerParameters().getClientAuthentication())) {
            // Camel's HTTP server silently ignores it.
            throw new InvalidSettingException("camel.ssl.client-authentication is not supported: set "
                    + Property.HTTP_CLIENT_CERTIFICATES.key() + "=true instead");
        }
        if (serves || calls) {
            createSSLContext(getCamelContext());
        }
    }

    private Optional<SSLContextParameters> given() {
        return Optional.ofNullable(getCamelContext().getSSLContextParameters());
    }

    /** Prevents Camel from decoding the name of a file as if it were a URL. */
    private void load(KeyStoreParameters given) throws GeneralSecurityException, IOException {
        if (given == null || given.getResource() == null || given.getPassword() == null) {
            return;
        }
        Path file = Path.of(given.getResource().replaceFirst("^file:", ""));
        if (!DECODED.matcher(file.toString()).find() || !Files.isRegularFile(file)) {
            return;
        }
        KeyStore store = KeyStore.getInstance(given.getType() == null ? KeyStore.getDefaultType() : given.getType());
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, getCamelContext().resolvePropertyPlaceholders(given.getPassword()).toCharArray());
        }
        given.setKeyStore(store);
    }

    @Override
    public SSLContext createSSLContext(CamelContext context) {
        given().ifPresent(is -> {
            setProvider(is.getProvider());
            setSecureSocketProtocol(is.getSecureSocketProtocol());
            setCertAlias(is.getCertAlias());
            setSessionTimeout(is.getSessionTimeout());
            setCipherSuites(is.getCipherSuites());
            setCipherSuitesFilter(is.getCipherSuitesFilter());
            setKeyManagers(is.getKeyManagers());
            setTrustManagers(is.getTrustManagers());
            setSecureRandom(is.getSecureRandom());
        });
        SecureSocketProtocolsParameters versions = new SecureSocketProtocolsParameters();
        versions.setSecureSocketProtocol(List.of("TLSv1.3", "TLSv1.2"));
        setSecureSocketProtocols(versions);
        try {
            if (getKeyManagers() != null) {
                load(getKeyManagers().getKeyStore());
            }
            if (getTrustManagers() != null) {
                load(getTrustManagers().getKeyStore());
            }
            return super.createSSLContext(context);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new InvalidSettingException("camel.ssl.* is invalid: " + Faults.reason(e)
                    + "; check that each file exists and its password is correct");
        }
    }
}
