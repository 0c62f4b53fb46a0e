package io.bactrian.host;

import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.camel.spi.PropertiesComponent;

/** Provides the {@link Settings}, read from the properties of this Camel context's host. */
public final class SettingsReader extends ContextBean implements Supplier<Settings> {
    /** The bean with the properties, by key, whose values are meant as they are: a directory may be called {@code {{name}}}. */
    public static final String LITERAL = "literal-properties";

    private Settings settings;

    /**
     * The result of the first {@link #read}.
     *
     * @throws io.bactrian.settings.InvalidSettingException if a property cannot be used
     */
    @Override
    public synchronized Settings get() {
        if (settings == null) {
            settings = read();
            publish(Property.HTTP_HOST, settings.value(Property.HTTP_HOST));
            publish(Property.MANAGEMENT_HOST, settings.value(Property.MANAGEMENT_HOST));
        }
        return settings;
    }

    /**
     * Reads the properties: lists their keys and resolves each value, so that placeholders work and the host's order of
     * precedence applies. In a host that resolves properties but does not list them (Spring Boot does not list its own),
     * those without a mirror's name and those of the mirror {@code default} are looked up.
     *
     * @throws io.bactrian.settings.InvalidSettingException if a property cannot be used
     */
    public Settings read() {
        PropertiesComponent component = getCamelContext().getPropertiesComponent();
        // not loadPropertiesAsMap, which leaves out what the host itself put in
        Properties listed = component.loadProperties(key -> key.startsWith(Property.PREFIX));
        Set<String> keys = new TreeSet<>(listed.stringPropertyNames());
        keys.addAll(Settings.fromEnvironment(System.getenv()).keySet());
        System.getProperties().stringPropertyNames().stream().filter(Property::knows).forEach(keys::add);
        for (Property<?> property : Property.all()) {
            keys.add(property.key("default"));
        }
        Map<String, String> values = new HashMap<>();
        for (String key : keys) {
            component.resolveProperty(key).or(() -> Optional.ofNullable(listed.getProperty(key)))
                    .ifPresent(value -> values.put(key, value));
        }
        Map<?, ?> literal = getCamelContext().getRegistry().lookupByNameAndType(LITERAL, Map.class);
        if (literal != null) {
            literal.forEach((key, value) -> values.put(key.toString(), value.toString()));
        }
        return Settings.of(values, System.getenv());
    }

    /** The routes make URIs of these, in which an address of IPv6 needs brackets. */
    private void publish(Property<String> property, String value) {
        if (value.startsWith("[")) {
            getCamelContext().getPropertiesComponent().addOverrideProperty(property.key(), value);
        }
    }
}
