package io.bactrian;

import static io.bactrian.Tools.awaitRsync;
import static io.bactrian.Tools.identity;
import static io.bactrian.Tools.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What programs do to a directory in a day, under one mirror that runs all the while, beside a large file that never
 * stands still. After each of them both sides are equal, the mirror needs no attention, and a file that nobody changed
 * was not written again.
 */
class DayIT {
    private static final String ALWAYS_WRITTEN = "/disk.img";
    /** Written by way of memory, of which nothing tells; SQLite makes it anew where there is none. */
    private static final String SHARED_MEMORY = "/wal.db-shm";

    @RegisterExtension
    final Processes processes = Processes.withMuchToDo();
    @TempDir
    Path place;
    private final List<DynamicTest> day = new ArrayList<>();
    private final Map<String, String> untouched = new TreeMap<>();
    /** Milliseconds from the end of a program until both sides were equal. */
    private final Map<String, Long> took = new TreeMap<>();
    private Path source;
    private Path target;
    private Mount disk;
    private RandomWriter writer;
    private Running mirror;

    @BeforeEach
    void a_mirror_and_a_file_that_never_stands_still() throws IOException {
        assumeTrue(Tools.hasRsync(), "rsync is not installed: no referee");
        source = Files.createDirectory(place.resolve("source"));
        target = place.resolve("target");
        if (Mount.isPossible()) {
            disk = Mount.memory(target, "size=1600m");
        }
        sh(source, "mkdir stays; for i in $(seq 200); do head -c $((i * 97)) /dev/urandom >stays/$i; done;"
                + " head -c 3000000 /dev/urandom >stays/large; ln -s large stays/link; head -c 256M /dev/urandom >disk.img");
        mirror = processes.start("mirror", "--set", "bactrian.source.default.unsettled=3s", source, target);
        awaitRsync(source, target);
        for (String name : source.resolve("stays").toFile().list()) {
            untouched.put(name, identity(target.resolve("stays").resolve(name)));
        }
        writer = RandomWriter.begin(source.resolve("disk.img"));
    }

    @AfterEach
    void the_day_is_over() {
        System.out.printf("day: equal within 5 s after %d of %d programs; the slowest: %s%n",
                took.values().stream().filter(it -> it <= 5_000).count(), took.size(),
                took.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed()).limit(5)
                        .map(it -> it.getKey() + " " + it.getValue() + " ms").toList());
        if (writer != null) {
            writer.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> an_ordinary_day() {
        withGit();
        withEditors();
        withLogs();
        withSqlite();
        withArchives();
        withBuilds();
        withHands();
        withAFullDisk();
        atItsEnd();
        return day.stream();
    }

    private void withGit() {
        if (!Tools.succeeds("git", "--version")) {
            skipped("git is not installed");
            return;
        }
        String git = "export GIT_CONFIG_NOSYSTEM=1 HOME=\"$PWD\"/../home; mkdir -p $HOME;"
                + " git config --global user.email a@example.org; git config --global user.name a; cd repository; ";
        step("git commit of 2,000 files", "git init -q repository; " + git
                + "for i in $(seq 2000); do mkdir -p d$((i % 40)); echo $i >d$((i % 40))/$i; done; git add -A; git commit -qm first");
        step("git gc", git + "git gc -q");
        step("git checkout of a branch and back", git + "git checkout -qb other; git rm -qr d1 d2 d3; sed -i s/1/one/ d4/*;"
                + " git commit -qam second; git checkout -q -; git checkout -q other");
        step("git rebase, stash and tag", git + "echo x >>d5/5; git stash -q; git stash pop -q; git commit -qam third;"
                + " git tag a; git reset -q --hard HEAD~1; git merge -q a");
        step("git worktree added", git + "git worktree add -q ../worktree -b third");
        step("git worktree removed", git + "git worktree remove --force ../worktree");
        step("git clone", git + "git clone -q . ../clone");
        step("a clone removed", "rm -rf clone");
        step("git gc --prune=now", git + "git branch -qD third; git reflog expire --expire=now --all; git gc -q --prune=now");
    }

    private void withEditors() {
        step("an editor's first save", "mkdir notes; echo one >notes/text");
        step("save by temporary file and rename", "echo two >notes/.text.tmp; mv notes/.text.tmp notes/text");
        step("save with backup by rename", "mv notes/text notes/text~; echo three >notes/text");
        step("save with backup by link", "ln -f notes/text notes/text~; echo four >notes/4913; rm notes/4913; echo four >notes/t;"
                + " mv notes/t notes/text");
        step("lock link and swap file", "ln -s me@host.17:1 notes/.#text; head -c 12288 /dev/urandom >notes/.text.swp;"
                + " echo five >notes/text; rm notes/.#text notes/.text.swp");
        if (Tools.succeeds("vim", "--version")) {
            step("vim", "cd notes; vim -u NONE -es -c 'set backup writebackup' -c '%s/five/six/' -c wq text </dev/null");
        } else {
            skipped("vim is not installed");
        }
        step("sed -i", "sed -i s/one/1/ repository/d4/* notes/text || true");
    }

    private void withLogs() {
        step("a log", "mkdir logs; for i in $(seq 1000); do echo $i; done >logs/app.log");
        step("log rotation by rename, the writer goes on", "exec 3>>logs/app.log; mv logs/app.log logs/app.log.1; echo late >&3;"
                + " : >logs/app.log; exec 3>>logs/app.log; echo next >&3; gzip -k logs/app.log.1; rm logs/app.log.1");
        step("log rotation by copy and truncation", "exec 3>>logs/app.log; cp logs/app.log logs/app.log.2; : >logs/app.log;"
                + " echo after >&3");
    }

    private void withSqlite() {
        database("wal");
        database("delete");
    }

    private void database(String mode) {
        String name = mode + ".db";
        day.add(DynamicTest.dynamicTest("SQLite with journal_mode=" + mode, () -> {
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source.resolve(name));
                    Statement statement = connection.createStatement()) {
                statement.execute("pragma journal_mode=" + mode);
                statement.execute("create table line (number integer primary key, text)");
                for (int i = 0; i < 200; i++) {
                    statement.execute("insert into line values (" + i + ", hex(randomblob(500)))");
                    if (i == 100) {
                        awaitEqual();
                        assertThat(rows(name)).isEqualTo(101);
                    }
                }
                statement.execute("delete from line where number % 2 = 0");
                awaitEqual();
            }
            awaitEqual();
            assertThat(rows(name)).isEqualTo(100);
        }));
    }

    /** What a reader of the target sees; of a copy, for SQLite makes files beside a database that it reads. */
    private long rows(String name) throws SQLException {
        sh(place, "rm -rf reader; mkdir reader; cp target/" + name + " reader/;"
                + " if [ -e target/" + name + "-wal ]; then cp target/" + name + "-wal reader/; fi");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + place.resolve("reader").resolve(name));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from line")) {
            return rows.getLong(1);
        }
    }

    private void withArchives() {
        step("tar in", "tar cf stays.tar stays; mkdir unpacked; tar xf stays.tar -C unpacked");
        step("tar over what is there", "tar xf stays.tar -C unpacked; rm stays.tar");
        if (Tools.succeeds("zip", "-v") && Tools.succeeds("unzip", "-v")) {
            step("zip and unzip", "zip -qr stays.zip stays; mkdir unzipped; cd unzipped; unzip -q ../stays.zip");
            step("zip refreshed", "echo more >>unpacked/stays/1; zip -qur stays.zip unpacked; rm -r unzipped stays.zip");
        } else {
            skipped("zip or unzip is not installed");
        }
        step("an archive's tree removed", "rm -rf unpacked");
    }

    private void withBuilds() {
        step("packages installed, with hard links and links", "mkdir -p web/cache web/node_modules/.bin; cd web;"
                + " for p in $(seq 230); do mkdir -p node_modules/p$p/lib cache/p$p; for f in $(seq 9); do echo $p $f >cache/p$p/$f;"
                + " ln cache/p$p/$f node_modules/p$p/lib/$f; done; echo {} >node_modules/p$p/package.json;"
                + " ln -s ../p$p/lib/1 node_modules/.bin/p$p; done");
        step("packages removed", "rm -rf web/node_modules");
        step("packages installed again by rename", "cd web; cp -al cache .staging; mv .staging node_modules; rm -rf cache");
        step("a build", "mkdir -p app/src app/target/classes; cd app; for i in $(seq 600); do echo $i >src/$i.java;"
                + " head -c 600 /dev/urandom >target/classes/$i.class; done; tar cf target/app.jar -C target classes");
        step("a clean build right after", "cd app; rm -rf target; mkdir -p target/classes; for i in $(seq 600); do"
                + " head -c 600 /dev/urandom >target/classes/$i.class; done; tar cf target/app.jar -C target classes");
        step("a clean", "rm -rf app/target");
        step("all files of one directory removed", "mkdir many; cd many; for i in $(seq 2300); do : >$i; done");
        step("many files removed, the directory stays", "find many -type f -delete");
    }

    private void withHands() {
        step("a tree moved in", "mkdir ../outside; cp -a app ../outside/app; mv ../outside/app moved-in");
        step("a tree moved out", "mv moved-in ../outside/again");
        step("a tree renamed", "mv repository renamed; mv renamed/d7 d7");
        step("chmod -R", "chmod -R go-rx renamed/d10; chmod -R u+x,go+r app");
        step("times far away", "touch -d '1903-02-03 04:05:06.7' app/src/1.java; touch -d '2199-12-31 23:59:59' app/src/2.java app");
        step("odd names", "mkdir \"odd ?&=#%+;,{}\\$'\\\"\"; cd odd*; echo 1 >' both '; echo 2 >$'a\\nb'; echo 3 >é; echo 4 >'{{x}}'");
        step("file, directory and link trade places", "cd app; rm src/3.java; mkdir src/3.java; echo x >src/3.java/x; rm src/4.java;"
                + " ln -s 5.java src/4.java; ln -s src l; rm l; echo x >l");
    }

    private void withAFullDisk() {
        if (!Mount.isPossible()) {
            skipped("a disk that is full needs root");
            return;
        }
        day.add(DynamicTest.dynamicTest("a disk fills, and is freed at the source", () -> {
            // The referee's copy of the file that never stands still takes as much again as it is replaced
            sh(source, "mkdir full; for i in $(seq 24); do head -c 64M /dev/urandom >full/$i; done");
            await("the disk is full").atMost(Running.PATIENCE).until(() -> mirror.status().targets().stream()
                    .anyMatch(it -> !it.unhealthy().isEmpty()));
            sh(source, "rm -r full; echo freed >freed");
            settled();
        }));
        step("the next file", "echo next >next");
    }

    private void atItsEnd() {
        day.add(DynamicTest.dynamicTest("the copy of what never stands still is not old", () -> {
            long seen = writer.written();
            long inode = Tools.inode(target.resolve("disk.img"));
            await("a newer copy").atMost(Running.PATIENCE).until(() -> Tools.inode(target.resolve("disk.img")) != inode);
            assertThat(writer.written()).isGreaterThan(seen);
        }));
        day.add(DynamicTest.dynamicTest("what never stood still comes to rest", () -> {
            writer.close();
            awaitRsync(source, target);
            settled();
            await("nothing is staged").atMost(Running.PATIENCE).until(() -> mirror.status().targets().get(0).staging() == 0);
        }));
    }

    private void skipped(String why) {
        day.add(DynamicTest.dynamicTest(why, () -> assumeTrue(false, why)));
    }

    private void step(String name, String script) {
        Executable work = () -> {
            sh(source, script);
            long began = System.nanoTime();
            awaitEqual();
            took.put(name, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            settled();
        };
        day.add(DynamicTest.dynamicTest(name, work));
    }

    private void settled() {
        awaitEqual();
        await("healthy").atMost(Running.PATIENCE).untilAsserted(() -> {
            var status = mirror.status();
            status.sources().forEach(it -> assertThat(it.unhealthy()).as("source").isEmpty());
            status.targets().forEach(it -> assertThat(it.unhealthy()).as("target").isEmpty());
        });
        untouched.forEach((name, identity) -> assertThat(identity(target.resolve("stays").resolve(name)))
                .as("the inode and change time of stays/%s, which nobody changed", name).isEqualTo(identity));
    }

    private void awaitEqual() {
        // The root's time is another whenever something is made or removed in it, and settles like everything else.
        awaitRsync(source, target, ALWAYS_WRITTEN, SHARED_MEMORY);
    }
}
