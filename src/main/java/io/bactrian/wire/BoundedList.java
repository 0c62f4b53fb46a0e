package io.bactrian.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import io.bactrian.change.Change;
import io.bactrian.wire.Message.CompareTree.Known;

/**
 * Reads a list up to a maximum length, because a few bytes per element on the wire take much more in memory. Immutable.
 */
abstract class BoundedList<T> extends JsonDeserializer<List<T>> implements ContextualDeserializer {
    /** The reader attribute with the maximum length. */
    static final String MOST = "most";

    private final Class<T> type;
    private final String what;

    /** Cached, because Jackson would create parts of it again for each element. */
    private final JsonDeserializer<?> element;

    private BoundedList(Class<T> type, String what, JsonDeserializer<?> element) {
        this.type = type;
        this.what = what;
        this.element = element;
    }

    abstract BoundedList<T> of(JsonDeserializer<?> element);

    @Override
    public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty property)
            throws JsonMappingException {
        return of(context.findRootValueDeserializer(context.constructType(type)));
    }

    static final class Changes extends BoundedList<Change> {
        Changes() {
            this(null);
        }

        private Changes(JsonDeserializer<?> element) {
            super(Change.class, "The batch exceeds the limit of %d changes; send less in one request (bactrian.batch.entries"
                    + " of a source), or raise bactrian.http.max-entries at the target.", element);
        }

        @Override
        BoundedList<Change> of(JsonDeserializer<?> element) {
            return new Changes(element);
        }
    }

    static final class Directories extends BoundedList<Known> {
        Directories() {
            this(null);
        }

        private Directories(JsonDeserializer<?> element) {
            super(Known.class, "The request exceeds the limit of %d directories; split it.", element);
        }

        @Override
        BoundedList<Known> of(JsonDeserializer<?> element) {
            return new Directories(element);
        }
    }

    @Override
    public List<T> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.isExpectedStartArrayToken()) {
            context.handleUnexpectedToken(List.class, parser);
        }
        int most = (Integer) context.getAttribute(MOST);
        List<T> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (list.size() >= most) {
                throw new ProblemException(Problem.tooLarge(what.formatted(most)));
            }
            try {
                list.add(type.cast(element.deserialize(parser, context)));
            } catch (IOException | RuntimeException e) {
                throw JsonMappingException.wrapWithPath(e, list, list.size());
            }
            if (list.get(list.size() - 1) == null) {
                throw JsonMappingException.wrapWithPath(new IllegalArgumentException("expected an object"), list,
                        list.size() - 1);
            }
        }
        return list;
    }

    @Override
    public List<T> getNullValue(DeserializationContext context) {
        return null;
    }
}
