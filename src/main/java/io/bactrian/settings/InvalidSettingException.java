package io.bactrian.settings;

/** A property has an invalid value. The message names the property, its value, and what is allowed. */
public class InvalidSettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String message) {
        super(message);
    }

    static InvalidSettingException notSet(String key, String allowed) {
        return new InvalidSettingException(key + " is not set: give " + allowed);
    }

    static InvalidSettingException of(String key, String value, String allowed) {
        return new InvalidSettingException(key + "=" + value + " is not allowed: give " + allowed);
    }
}
