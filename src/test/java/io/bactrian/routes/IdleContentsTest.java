package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.bactrian.change.TouchedPath;
import io.bactrian.link.Link;
import io.bactrian.tree.Digest;
import io.bactrian.wire.Message;
import io.bactrian.wire.Problem;
import io.bactrian.wire.ProblemException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies at a target for nothing is removed there. */
class IdleContentsTest {
    @TempDir
    Path dir;
    @AutoClose
    private RouteBench routes;
    private Link link;

    private void given() throws IOException {
        routes = RouteBench.source(dir).only("drop-contents").start();
        link = routes.link();
        link.open();
        link.connected(new Message.Session("L", 15, Digest.EMPTY, false, true));
    }

    private void idle(String id) {
        link.uploads().opened(id, id, false);
        link.uploads().comparing(List.of(TouchedPath.EVERYTHING));
        link.uploads().compared(List.of(TouchedPath.EVERYTHING));
    }

    private void drop() {
        routes.send("direct:drop-contents", link.uploads().takeIdle(), Map.of("link", link));
    }

    private List<Object> calls() {
        List<Object> calls = new java.util.concurrent.CopyOnWriteArrayList<>();
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> calls.add(exchange.getProperty("operation") + " " + exchange.getProperty("content")));
        return calls;
    }

    @Test
    void drop_contents_has_each_removed_once() throws IOException {
        given();
        List<Object> calls = calls();
        idle("a-1");
        idle("b-2");
        drop();
        drop();
        assertThat(calls).containsExactly("drop-content a-1", "drop-content b-2");
    }

    @Test
    void drop_contents_tries_again_when_the_target_is_away_but_not_when_it_does_not_want_to() throws IOException {
        given();
        idle("a-1");
        idle("b-2");
        routes.mock("direct:call-target").whenAnyExchangeReceived(exchange -> {
            throw exchange.getProperty("content", String.class).endsWith("a-1") ? new ConnectException("away")
                    : new ProblemException(Problem.methodNotAllowed("not here"));
        });
        drop();
        List<Object> calls = calls();
        drop();
        assertThat(calls).containsExactly("drop-content a-1");
    }
}
