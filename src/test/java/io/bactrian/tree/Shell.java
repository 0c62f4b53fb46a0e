package io.bactrian.tree;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** For what Java cannot make: a FIFO, a name that is no text. */
final class Shell {
    private Shell() {
    }

    /** Whether there is a shell and the script succeeds in it. */
    static boolean runs(String script) throws InterruptedException {
        try {
            Process process = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
