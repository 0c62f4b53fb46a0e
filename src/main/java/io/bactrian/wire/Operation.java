package io.bactrian.wire;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The operations of the HTTP interface and their properties. To add an operation, add a constant here and a step in the
 * route that it names: the required right, the dispatch of requests, the types of request and answer, and the label in metrics are
 * taken from this table. Immutable.
 */
public enum Operation {
    OPEN_SESSION("POST", "session", "serve-session", Message.OpenSession.class, Message.Session.class),
    CLOSE_SESSION("DELETE", "session", "serve-session", null, null, Trait.WHILE_STOPPING),
    COMPARE_TREE("POST", "tree", "compare-tree", Message.CompareTree.class, Message.Tree.class, Trait.READS, Trait.LARGE_ANSWER),
    OPEN_CONTENT("POST", "content", "stage-content", Message.OpenContent.class, Message.Content.class),
    RECEIVE_PART("PUT", "content", "stage-content", null, null, Trait.BYTES),
    DROP_CONTENT("DELETE", "content", "stage-content", null, null),
    TELL_CHUNKS("POST", "chunks", "stage-content", Message.AskChunks.class, Message.Chunks.class, Trait.READS, Trait.LARGE_ANSWER),
    RECEIVE_CHANGES("POST", "changes", "receive-changes", Message.Changes.class, Message.Receipt.class, Trait.WHILE_STOPPING),
    ASK_SCRUB("POST", "scrub", "ask-scrub", Message.AskScrub.class, Message.Scrub.class, Trait.READS, Trait.LARGE_ANSWER),
    READ_FILE("GET", "files", "read-file", null, null, Trait.READS),
    READ_HEAD("HEAD", "files", "read-file", null, null, Trait.READS);

    private static final Map<String, Operation> BY_CALL = Arrays.stream(values())
            .collect(Collectors.toMap(Operation::call, Function.identity()));
    private static final Map<String, Operation> BY_ID = Arrays.stream(values())
            .collect(Collectors.toMap(Operation::id, Function.identity()));

    private enum Trait {
        /** The right to read is enough. */
        READS,
        /** The request's body is part of a file, and is not copied. */
        BYTES,
        /** The answer may be large, so it is requested compressed. */
        LARGE_ANSWER,
        /** A source that is stopping still sends it, because it completes something. */
        WHILE_STOPPING
    }

    private final String method;
    private final String resource;
    private final Optional<Class<? extends Message>> request;
    private final Optional<Class<? extends Message>> answer;
    private final String route;
    private final Set<Trait> traits;

    Operation(String method, String resource, String route, Class<? extends Message> request, Class<? extends Message> answer,
            Trait... traits) {
        this.method = method;
        this.resource = resource;
        this.route = route;
        this.request = Optional.ofNullable(request);
        this.answer = Optional.ofNullable(answer);
        this.traits = Set.of(traits);
    }

    /** The operation of a request; empty if none has this method and resource. */
    public static Optional<Operation> of(String method, String resource) {
        return Optional.ofNullable(BY_CALL.get(method + ' ' + resource));
    }

    /**
     * The operation of this {@link #id}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Operation named(String id) {
        Operation operation = BY_ID.get(id);
        if (operation == null) {
            throw new IllegalArgumentException("unknown operation " + id + "; the operations are " + BY_ID.keySet());
        }
        return operation;
    }

    /** Whether some operation has this resource. */
    public static boolean isResource(String resource) {
        return Arrays.stream(values()).anyMatch(is -> is.resource.equals(resource));
    }

    /** The name that routes use: the constant's name in kebab case. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String method() {
        return method;
    }

    /** The name in the URL's path that follows the mirror's. */
    public String resource() {
        return resource;
    }

    /** Method and resource, by which requests are counted. */
    public String call() {
        return method + ' ' + resource;
    }

    /** The id of the route that handles it on a target. */
    public String route() {
        return route;
    }

    /** The type of the request; empty if it has no body, or one that is not a message. */
    public Optional<Class<? extends Message>> request() {
        return request;
    }

    /** The type of the answer; empty if the answer is not a message. */
    public Optional<Class<? extends Message>> answer() {
        return answer;
    }

    /** Whether a caller needs the right to write. */
    public boolean writes() {
        return !traits.contains(Trait.READS);
    }

    /** Whether the request's body is part of a file. */
    public boolean isBytes() {
        return traits.contains(Trait.BYTES);
    }

    /** Whether the answer is worth compressing. */
    public boolean hasLargeAnswer() {
        return traits.contains(Trait.LARGE_ANSWER);
    }

    /** Whether a source that is stopping still sends it. */
    public boolean isSentWhileStopping() {
        return traits.contains(Trait.WHILE_STOPPING);
    }
}
