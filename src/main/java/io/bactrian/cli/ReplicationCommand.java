package io.bactrian.cli;

import java.io.IOException;
import java.util.Map;

/** A command that runs routes. */
interface ReplicationCommand {
    /** The properties that correspond to the command's arguments. */
    Map<String, String> given() throws IOException;
}
