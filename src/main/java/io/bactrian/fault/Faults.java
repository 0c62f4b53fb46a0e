package io.bactrian.fault;

import java.nio.file.FileSystemException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Evaluates exceptions and their causes. Stateless. */
public final class Faults {
    private Faults() {
    }

    /** The fault, its cause, and so on. */
    public static Stream<Throwable> causes(Throwable fault) {
        return Stream.iterate(fault, Objects::nonNull, Throwable::getCause);
    }

    /** The first of this type among a fault and its causes. */
    public static <T> Optional<T> find(Throwable fault, Class<T> type) {
        return causes(fault).filter(type::isInstance).map(type::cast).findFirst();
    }

    /** The reason for people: the message of the system, or else the type of the fault. */
    public static String reason(Throwable fault) {
        if (fault instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        String message = fault instanceof Error ? fault.toString() : fault.getMessage();
        return message == null || message.isBlank() ? fault.getClass().getSimpleName() : message;
    }

    /** The last cause in the chain. */
    public static Throwable root(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether the disk is full or a quota is exceeded; the index reports it in its own words. */
    public static boolean isFull(Throwable fault) {
        return causes(fault).map(cause -> String.valueOf(cause.getMessage())).anyMatch(said -> said.contains("No space left on device")
                || said.contains("quota exceeded") || said.contains("database or disk is full"));
    }
}
