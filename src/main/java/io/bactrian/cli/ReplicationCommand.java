package io.bactrian.cli;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ParentCommand;

/** A command that runs routes. */
abstract class ReplicationCommand implements Callable<Integer> {
    @ParentCommand
    Bactrian bactrian;

    /** The properties that correspond to the command's arguments. */
    abstract Map<String, String> given() throws IOException;

    /** The port of the management server, unless the user chose one; 0 for none. */
    abstract int managementPort();

    @Override
    public Integer call() throws IOException {
        return ReplicationRun.command(bactrian, given(), managementPort());
    }
}
