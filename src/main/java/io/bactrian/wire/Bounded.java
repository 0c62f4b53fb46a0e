package io.bactrian.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import io.bactrian.change.Change;
import io.bactrian.wire.Message.CompareTree.Known;

/** A list of which no more is read than is taken: a few bytes each on the wire are many more in memory. Stateless. */
abstract class Bounded<T> extends JsonDeserializer<List<T>> {
    /** The attribute of a reader that says how many are taken. */
    static final String MOST = "most";

    private final Class<T> type;
    private final String what;

    private Bounded(Class<T> type, String what) {
        this.type = type;
        this.what = what;
    }

    static final class Changes extends Bounded<Change> {
        Changes() {
            super(Change.class, "A batch has at most %d changes here; send less in one request (bactrian.batch.entries"
                    + " of a source), or raise bactrian.http.max-entries at the target.");
        }
    }

    static final class Directories extends Bounded<Known> {
        Directories() {
            super(Known.class, "One question is about at most %d directories; ask more than once.");
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
                list.add(context.readValue(parser, type));
            } catch (IOException | RuntimeException e) {
                throw JsonMappingException.wrapWithPath(e, list, list.size());
            }
            if (list.get(list.size() - 1) == null) {
                throw JsonMappingException.wrapWithPath(new IllegalArgumentException("an object is needed here"), list,
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
