package io.bactrian.cli;

import java.io.IOException;
import java.util.Map;

/** A command that runs routes. */
interface ReplicationCommand {
    /** The properties that its words stand for. */
    Map<String, String> given() throws IOException;
}
