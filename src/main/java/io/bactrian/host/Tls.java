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
 * TLS as the properties {@code camel.ssl.*} say, for what Bactrian serves and calls, and of version 1.2 or 1.3 whatever
 * the JVM would take. Without those, it trusts whom the JVM trusts.
 */
public final class Tls extends SSLContextParameters {
    private static final String ENABLED = "camel.ssl.enabled=true";

    private static final Pattern DECODED = Pattern.compile("[%+\\\\]");

    private final Settings settings;

    public Tls(Supplier<Settings> settings) {
        this.settings = settings.get();
    }

    /** What the properties say is there when the context starts, and not when the beans are made. */
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
        boolean serves = settings.receives() && settings.access().tls();
        boolean calls = Stream.concat(settings.sources().stream().flatMap(source -> source.targets().stream()),
                settings.verify().stream().map(verify -> verify.target())).anyMatch(uri -> uri.getScheme().equals("https"));
        String tls = Property.HTTP_TLS.key() + "=true";
        if (serves && given.map(SSLContextParameters::getKeyManagers).map(KeyManagersParameters::getKeyStore)
                .map(KeyStoreParameters::getResource).isEmpty()) {
            throw new InvalidSettingException(tls + " needs a certificate: set " + ENABLED
                    + ", camel.ssl.key-store=FILE.p12 and camel.ssl.keystore-password");
        }
        if (serves && settings.access().clientCertificates() && given.get().getTrustManagers() == null) {
            throw new InvalidSettingException(Property.HTTP_CLIENT_CERTIFICATES.key() + "=true needs to know whose certificates are taken: "
                    + "set camel.ssl.trust-store=FILE.p12 and camel.ssl.trust-store-password");
        }
        if (serves && !settings.access().clientCertificates() && given.get().getServerParameters() != null
                && !List.of("NONE", "").contains(given.get().getServerParameters().getClientAuthentication())) {
            // Camel's HTTP server undoes it without a word.
            throw new InvalidSettingException("camel.ssl.client-authentication is not heeded here: set "
                    + Property.HTTP_CLIENT_CERTIFICATES.key() + "=true instead");
        }
        if (serves || calls) {
            createSSLContext(getCamelContext());
        }
    }

    private Optional<SSLContextParameters> given() {
        return Optional.ofNullable(getCamelContext().getSSLContextParameters());
    }

    /** A file whose name Camel would decode, as if it were a URL, is read as it is called. */
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
            throw new InvalidSettingException("camel.ssl.* cannot be used: " + Faults.reason(e) + "; is each file there, and its password right?");
        }
    }
}
