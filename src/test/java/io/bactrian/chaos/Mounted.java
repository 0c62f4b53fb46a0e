package io.bactrian.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.bactrian.Tools;

/**
 * File systems that are mounted over directories of the source, and unmounted. They are found by their names, for who
 * renames a directory takes along what is mounted below it. Needs root; without it nothing is mounted.
 */
final class Mounted implements AutoCloseable {
    private static final int MOST = 3;
    private static final String NAME = "bactrian-chaos-";

    /** One file system: gone for good when it is unmounted, or kept at another place, from which it comes back. */
    private record Disk(String name, Optional<Path> kept) {
    }

    private final Path root;
    private final Path places;
    private final List<Disk> disks = new ArrayList<>();
    private Optional<Disk> away = Optional.empty();
    private Path point = Path.of("");
    private int next;

    /** @param places where those are kept that come back */
    Mounted(Path root, Path places) {
        this.root = root;
        this.places = places;
    }


    /** Mounts one over a directory, with so many files in it; tells whether it could. */
    boolean mount(Garden garden, String path, int files, boolean kept) throws IOException {
        long there = disks.stream().filter(disk -> point(disk).isPresent()).count();
        if (there >= MOST || point(garden.at(path)).isPresent()) {
            return false;
        }
        Disk disk = new Disk(NAME + ProcessHandle.current().pid() + "-" + next++,
                kept ? Optional.of(Files.createDirectories(places.resolve("disk" + next))) : Optional.empty());
        Path first = disk.kept().orElse(garden.at(path));
        if (!Tools.succeeds("mount", "-t", "tmpfs", "-o", "size=8m,mode=755", disk.name(), first.toString())) {
            return false;
        }
        disks.add(disk);
        garden.fill(path, first, files);
        if (kept) {
            Tools.run("mount", "--bind", first.toString(), garden.at(path).toString());
        }
        return true;
    }

    /** Unmounts one that is there; tells whether there was one. */
    boolean unmount(int number) {
        List<Disk> there = disks.stream().filter(disk -> point(disk).isPresent()).toList();
        if (there.isEmpty()) {
            return false;
        }
        unmount(there.get(number % there.size()));
        return true;
    }

    /** Unmounts the one that was mounted last. */
    void unmountLast() {
        unmount(disks.get(disks.size() - 1));
    }

    private void unmount(Disk disk) {
        point = point(disk).orElseThrow();
        away = disk.kept().isPresent() ? Optional.of(disk) : Optional.empty();
        Tools.run("umount", "-l", point.toString());
    }

    /** Mounts the one that was last unmounted where it was; tells whether it could. */
    boolean comeBack() {
        Optional<Disk> back = away;
        away = Optional.empty();
        return back.isPresent() && Files.isDirectory(point, LinkOption.NOFOLLOW_LINKS) && point(point).isEmpty()
                && Tools.succeeds("mount", "--bind", back.get().kept().orElseThrow().toString(), point.toString());
    }

    private Optional<Path> point(Disk disk) {
        return mounts().filter(mount -> mount.name.equals(disk.name()) && mount.point.startsWith(root))
                .map(Line::point).findFirst();
    }

    private static Optional<Path> point(Path place) {
        return mounts().map(Line::point).filter(place::equals).findFirst();
    }

    private record Line(Path point, String name) {
    }

    private static Stream<Line> mounts() {
        try {
            // Fields 5 and, behind a dash, 2: see proc(5). No name here has a blank in it.
            return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream().map(line -> {
                String[] fields = line.split(" - ")[1].split(" ");
                return new Line(Path.of(line.split(" ")[4]), fields[1]);
            });
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    @Override
    public void close() {
        List<Path> left = mounts().map(Line::point).filter(mount -> mount.startsWith(root) || mount.startsWith(places)).toList();
        for (int i = left.size() - 1; i >= 0; i--) {
            Tools.succeeds("umount", "-l", left.get(i).toString());
        }
    }
}
