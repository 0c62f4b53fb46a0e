package io.bactrian.benchmark.row;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.bactrian.benchmark.place.Pause;
import io.bactrian.benchmark.place.Program;

/** Says whether two directories are equal, by rsync's judgement. Stateless. */
final class Referee {
    /** Some set the times of directories a moment after the rest. */
    private static final int LOOKS = 10;

    private Referee() {
    }

    /**
     * Compares contents, types, modes and times.
     *
     * @return {@code exact}, or what differs although all contents are right
     * @throws IOException if a content is not right
     */
    static String judge(Path source, Path target) throws IOException {
        if (!Program.isInstalled("rsync")) {
            return "not judged: install rsync";
        }
        List<String> left = look(source, target);
        for (int i = 1; i < LOOKS && !left.isEmpty(); i++) {
            Pause.millis(500);
            left = look(source, target);
        }
        // A line that begins with a dot is about attributes only.
        List<String> wrong = left.stream().filter(line -> !line.startsWith(".")).toList();
        if (!wrong.isEmpty()) {
            throw new IOException(wrong.size() + " paths differ, the first is " + wrong.get(0));
        }
        return left.isEmpty() ? "exact" : left.size() + " times or modes differ";
    }

    private static List<String> look(Path source, Path target) throws IOException {
        return Program.run(List.of("rsync", "-anci", "--delete", "--exclude=/.bactrian", "--exclude=/.stfolder",
                source + "/", target + "/")).lines().toList();
    }
}
