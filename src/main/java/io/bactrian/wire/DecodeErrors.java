package io.bactrian.wire;

import java.util.Collection;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.bactrian.tree.Digest;

/** Explains to its sender what is wrong with a message; Jackson's own messages are meant for Java programmers. */
final class DecodeErrors {
    private static final int MOST = 200;

    private DecodeErrors() {
    }

    /** Location and reason, for example {@code changes[3].mode: expected an integer within the range}. */
    static String explain(JsonProcessingException fault) {
        String place = fault instanceof JsonMappingException mapping ? place(mapping) : "";
        return place.isEmpty() ? what(fault) : place + ": " + what(fault);
    }

    private static String place(JsonMappingException fault) {
        String place = fault.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining());
        String cut = place.length() > MOST ? place.substring(0, MOST) + "..." : place;
        return cut.startsWith(".") ? cut.substring(1) : cut;
    }

    private static String what(JsonProcessingException fault) {
        if (fault instanceof UnrecognizedPropertyException) {
            return "unknown field";
        } else if (fault instanceof InvalidTypeIdException) {
            return "its \"op\" must be one of dir, file, link, move and remove";
        } else if (fault instanceof StreamConstraintsException) {
            return "the body is nested too deeply or contains a number or text that is too long";
        }
        for (Throwable cause = fault.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException) {
                return cause.getMessage();
            }
        }
        if (fault instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return "expected " + expected(mismatch.getTargetType());
        }
        return "the body is incomplete or does not match its Content-Type";
    }

    private static String expected(Class<?> type) {
        if (type == int.class || type == long.class) {
            return "an integer within the range";
        } else if (type == String.class) {
            return "text";
        } else if (type == boolean.class) {
            return "true or false";
        } else if (type == Digest.class) {
            return "a SHA-256 as 64 hexadecimal digits";
        } else if (type == byte[].class) {
            return "content in base64";
        }
        return Collection.class.isAssignableFrom(type) ? "a list of objects" : "an object";
    }
}
