package io.bactrian.tree;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Runs shell scripts for what Java cannot create: a FIFO, a name that is not valid text. */
public final class Shell {
    private Shell() {
    }

    /** Whether a shell exists and the script succeeds. */
    public static boolean runs(String script) throws InterruptedException {
        try {
            Process process = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
