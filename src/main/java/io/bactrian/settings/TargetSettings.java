package io.bactrian.settings;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.bactrian.change.RemovalLimit;
import io.bactrian.settings.Property.Scope;

/**
 * The settings of one target. Immutable.
 *
 * @param values of the target's properties
 */
public record TargetSettings(String name, PropertyValues values) {

    /**
     * @param others the properties that differ from their defaults
     * @throws InvalidSettingException if one of them is not allowed
     */
    public static TargetSettings of(String name, Path directory, Map<Property<?>, String> others) {
        Map<String, String> given = new HashMap<>(Map.of(Property.TARGET_DIRECTORY.key(name), directory.toString()));
        others.forEach((property, text) -> given.put(property.key(name), text));
        return new TargetSettings(name, PropertyValues.of(Scope.TARGET, name, given));
    }

    /** The value of one of the target's properties. */
    public <T> T value(Property<T> property) {
        return values.get(property);
    }

    public Path directory() {
        return value(Property.TARGET_DIRECTORY);
    }

    /** The same settings for the directory's real path. */
    public TargetSettings at(Path real) {
        return new TargetSettings(name, values.with(Property.TARGET_DIRECTORY, real));
    }

    /** Whether acknowledged changes survive a power cut. */
    public boolean isDurable() {
        return value(Property.TARGET_FSYNC) != Fsync.NONE;
    }
}
