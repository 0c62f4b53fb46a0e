package io.bactrian.settings;

/** A property that cannot be used; the message says which one, its value, and what is allowed. */
public class BadSetting extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public BadSetting(String message) {
        super(message);
    }

    static BadSetting of(String key, String value, String allowed) {
        return new BadSetting(key + "=" + value + " is not allowed: give " + allowed);
    }
}
