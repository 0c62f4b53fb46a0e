package io.bactrian.settings;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.bactrian.change.RemovalLimit;
import io.bactrian.settings.Property.Scope;

/** The values of all properties of the process, of one source or of one target. Immutable. */
public final class PropertyValues {
    private final Map<Property<?>, Object> values;

    private PropertyValues(Map<Property<?>, Object> values) {
        this.values = values;
    }

    /**
     * @param name  of the source or target; empty for the process
     * @param given texts by key; for a property that is not given, its default holds
     * @throws InvalidSettingException if a text is not allowed
     */
    static PropertyValues of(Scope scope, String name, Map<String, String> given) {
        return new PropertyValues(in(scope).collect(Collectors.toMap(property -> property, property -> property.parse(name, given))));
    }

    /** The names of the sources, or of the targets, for which a property is given. */
    static Set<String> names(Scope scope, Map<String, String> given) {
        return in(scope).flatMap(property -> given.keySet().stream().flatMap(key -> property.nameIn(key).stream()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Property<?>> in(Scope scope) {
        return Property.all().stream().filter(property -> property.scope() == scope);
    }

    /** @throws IllegalArgumentException if the property belongs to another scope */
    // only a value of the property's type is put
    @SuppressWarnings("unchecked")
    <T> T get(Property<T> property) {
        if (!values.containsKey(property)) {
            throw new IllegalArgumentException(property.key() + " belongs to " + property.scope());
        }
        return (T) values.get(property);
    }

    /** The value of an optional property that another one makes necessary. */
    <T> T required(Property<Optional<T>> property) {
        return get(property).orElseThrow(() -> InvalidSettingException.notSet(property.key(), property.allowed()));
    }

    /** The same values but this one. */
    <T> PropertyValues with(Property<T> property, T value) {
        Map<Property<?>, Object> changed = new HashMap<>(values);
        changed.put(property, value);
        return new PropertyValues(changed);
    }
}
