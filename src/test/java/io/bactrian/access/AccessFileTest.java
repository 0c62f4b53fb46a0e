package io.bactrian.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class AccessFileTest {
    @TempDir
    Path dir;

    private Path path;
    private int parsed;

    @BeforeEach
    void a_file() throws IOException {
        path = dir.resolve("file");
        write("one");
    }

    private void write(String text) throws IOException {
        Files.writeString(path, text);
        mode("rw-------");
    }

    private void mode(String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private AccessFile<String> file(boolean secret) {
        return new AccessFile<>(path, secret, text -> {
            parsed++;
            if (text.equals("bad")) {
                throw new IOException("line 1 is invalid");
            }
            return text;
        });
    }

    @Test
    void sees_every_change_of_the_file() throws IOException {
        AccessFile<String> file = file(true);
        assertThat(file.get()).isEqualTo("one");
        write("two");
        assertThat(file.get()).as("of the same length").isEqualTo("two");
        FileTime time = Files.getLastModifiedTime(path);
        write("six");
        Files.setLastModifiedTime(path, time);
        assertThat(file.get()).as("with its time set back").isEqualTo("six");
        Path other = Files.writeString(dir.resolve("other"), "ten");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        Files.move(other, path, StandardCopyOption.ATOMIC_MOVE);
        assertThat(file.get()).isEqualTo("ten");
    }

    @Test
    void is_not_read_again_while_it_is_unchanged() throws Exception {
        Path link = dir.resolve("link");
        Path old = Path.of("/etc/hostname");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(old)
                && Files.getLastModifiedTime(old).toInstant().isBefore(Instant.now().minusSeconds(60)));
        Files.createSymbolicLink(link, old);
        path = link;
        AccessFile<String> file = file(false);
        for (int i = 0; i < 5; i++) {
            file.get();
        }
        assertThat(parsed).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw----r--", "rw-r--r--", "rw-rw----", "rw-----w-", "rwxrwxrwx"})
    void rejects_a_secret_that_others_can_read_or_write(String mode) throws IOException {
        mode(mode);

        assertThatThrownBy(() -> file(true).get()).isInstanceOf(IOException.class).hasMessageContaining(path.toString())
                .hasMessageContaining("chmod 600").hasMessageContaining("its mode is " + octal(mode));
        assertThat(parsed).isZero();
    }

    private static String octal(String mode) {
        String digits = "0";
        for (int at = 0; at < mode.length(); at += 3) {
            digits += Integer.parseInt(mode.substring(at, at + 3).replaceAll("[rwx]", "1").replace('-', '0'), 2);
        }
        return digits;
    }

    @Test
    void a_file_without_secrets_may_be_readable_but_not_writable_by_others() throws IOException {
        mode("rw-r--r--");
        assertThat(file(false).get()).isEqualTo("one");
        mode("rw-rw-r--");
        assertThatThrownBy(() -> file(false).get()).hasMessageContaining("chmod 644");
    }

    @Test
    void is_unusable_while_invalid_and_recovers_when_corrected() throws IOException {
        AccessFile<String> file = file(true);
        file.get();
        write("bad");
        assertThatThrownBy(file::get).hasMessage(path + ": line 1 is invalid");
        assertThatThrownBy(file::get).isInstanceOf(IOException.class);
        Files.delete(path);
        assertThatThrownBy(file::get).hasMessage(path + " does not exist");
        write("one");
        assertThat(file.get()).isEqualTo("one");
        mode("rw-r--r--");
        assertThatThrownBy(file::get).hasMessageContaining("may be read");
    }

    @Test
    void logs_a_fault_once_and_its_end() throws IOException {
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        Logger log = (Logger) LoggerFactory.getLogger(AccessFile.class);
        log.setLevel(Level.INFO);
        log.addAppender(said);
        try {
            AccessFile<String> file = file(true);
            file.get();
            write("bad");
            assertThatThrownBy(file::get).isInstanceOf(IOException.class);
            assertThatThrownBy(file::get).isInstanceOf(IOException.class);
            Files.delete(path);
            assertThatThrownBy(file::get).isInstanceOf(IOException.class);
            write("one");
            file.get();
            file.get();
        } finally {
            log.detachAppender(said);
            log.setLevel(null);
        }
        assertThat(said.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly(path + ": line 1 is invalid",
                path + " does not exist", path + " is valid again");
    }

    @Test
    void reports_why_the_file_cannot_be_read() throws IOException {
        Files.delete(path);
        Files.createDirectory(path);
        mode("rwx------");

        assertThatThrownBy(() -> file(true).get()).hasMessage(path + " cannot be read: Is a directory");
    }

    @Test
    void every_new_token_is_unique() {
        assertThat(Token.random()).isNotEqualTo(Token.random()).matches("bactrian_[A-Za-z0-9_-]{43}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "two words of some length", "a-token-with-a\u0007bell", "first-line-long-enough\nsecond-line-long"})
    void a_token_file_holds_one_token(String text) throws IOException {
        write(text);
        assertThatThrownBy(() -> Token.in(path).get()).isInstanceOf(IOException.class).message().doesNotContain("long");
        write(Token.random() + "\n");
        assertThat(Token.in(path).get()).startsWith("bactrian_");
    }

    @Test
    void is_read_at_each_use_if_it_was_just_changed_even_with_an_old_time() throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.EPOCH));
        AccessFile<String> file = file(true);
        file.get();
        file.get();

        assertThat(parsed).isEqualTo(2);
    }

    @Test
    void distinguishes_a_broken_link_from_a_link_loop() throws IOException {
        Files.delete(path);
        Files.createSymbolicLink(path, dir.resolve("nothing"));
        assertThatThrownBy(() -> file(true).get()).hasMessage(path + " does not exist");
        Files.delete(path);
        Files.createSymbolicLink(path, path);
        assertThatThrownBy(() -> file(true).get()).hasMessageContainingAll(path.toString(), "symbolic links");
    }

    @Test
    void the_error_for_an_invalid_token_file_names_the_expected_content() throws IOException {
        write("short");

        assertThatThrownBy(() -> Token.in(path).get()).hasMessageContainingAll(path.toString(), "one token");
        mode("rw-r--r--");
        assertThatThrownBy(() -> Token.in(path).get()).as("a token is a secret").hasMessageContaining("may be read by others");
        mode("rw-rw----");
        assertThatThrownBy(() -> Token.in(path).get()).hasMessageContaining("may be written by others");
    }
}
