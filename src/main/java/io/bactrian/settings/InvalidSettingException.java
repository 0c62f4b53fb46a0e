package io.bactrian.settings;

/** A property that cannot be used; the message says which one, its value, and what is allowed. */
public class InvalidSettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String message) {
        super(message);
    }

    static InvalidSettingException of(String key, String value, String allowed) {
        return new InvalidSettingException(key + "=" + value + " is not allowed: give " + allowed);
    }
}
