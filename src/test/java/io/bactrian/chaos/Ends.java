package io.bactrian.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A source and a target that can be ended at any moment. */
interface Ends extends AutoCloseable {

    /** Where everything is.
     *
     * @param proxy  the port at which the source finds the target
     * @param port   the port at which the target is
     * @param rescan the source's, as a property
     * @param much   whether there are many files, or large ones
     */
    record Place(Path source, Path target, Path state, int proxy, int port, String rescan, boolean much) {

        /** What Camel is to be told of the bean that throws. */
        Map<String, String> camelProperties() {
            return Map.of("camel.beans.throwing", "#class:" + Throwing.class.getName(),
                    "camel.beans.throwing.directory", faults().toString());
        }

        /** Where it is said what is to be thrown. */
        Path faults() {
            return state.resolveSibling("faults");
        }

        Map<String, String> sourceProperties() {
            Map<String, String> properties = new HashMap<>(small());
            if (much) {
                properties.putAll(Map.of("bactrian.batch.entries", "200", "bactrian.batch.bytes", "256KiB",
                        "bactrian.content.inline", "8KiB", "bactrian.content.part", "256KiB"));
            }
            return properties;
        }

        private Map<String, String> small() {
            // Small, so that all ways are taken: uploads in many parts, deltas, copies on the target, many batches.
            return Map.ofEntries(Map.entry("bactrian.source.default.directory", source.toString()),
                    Map.entry("bactrian.source.default.targets", "http://127.0.0.1:" + proxy),
                    Map.entry("bactrian.source.default.rescan", rescan),
                    // Without a rescan nothing else would find what was done to a renamed file out of the tree.
                    Map.entry("bactrian.source.default.reread-renamed", rescan.equals("0") ? "now" : "rescan"), Map.entry("bactrian.state", state.toString()),
                    Map.entry("bactrian.batch.entries", "5"), Map.entry("bactrian.batch.bytes", "4KiB"),
                    Map.entry("bactrian.content.inline", "1KiB"), Map.entry("bactrian.content.part", "1KiB"),
                    Map.entry("bactrian.content.parallel", "3"), Map.entry("bactrian.delta.from", "2KiB"),
                    Map.entry("bactrian.retry.first", "20ms"), Map.entry("bactrian.retry.longest", "200ms"));
        }

        Map<String, String> targetProperties() {
            return Map.of("bactrian.target.default.directory", target.toString(),
                    "bactrian.http.port", Integer.toString(port),
                    // A batch of hundreds takes long on a machine that does other work; who loses his lease begins anew.
                    "bactrian.lease", much ? "10s" : "2s",
                    "bactrian.staging.keep", "5s", "bactrian.target.default.scrub", "1s");
        }
    }

    void startSource() throws Exception;

    void startTarget() throws Exception;

    /** Without a chance to do anything orderly, as far as that can be had. */
    void killSource() throws Exception;

    void killTarget() throws Exception;

    /** In good order. */
    void stopSource() throws Exception;

    void stopTarget() throws Exception;

    boolean sourceRuns();

    boolean targetRuns();

    /** Of events, this share gets lost; tells whether it can be done. */
    boolean loseEvents(double share);

    /** Both think that it is so many seconds later, at the latest when they start again; tells whether it can be done. */
    boolean moveClock(int seconds) throws IOException;

    /** Why removals wait for a person's word, at the source or at the target; empty if they do not. */
    Optional<String> guard();

    /** Whether it is the target where they do. */
    boolean isGuardOfTarget();

    /** A person says that they are meant. */
    void allowRemovals() throws IOException;

    /** What is not as it is when both sides agree; told once the trees are equal. */
    List<String> disagreements();

    /** What both said, for the one who looks for the cause. */
    String story();
}
