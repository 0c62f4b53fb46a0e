package io.bactrian.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import com.sun.jna.LastErrorException;
import com.sun.jna.Platform;
import org.junit.jupiter.api.Test;

class CLibraryTest {
    private static final Path PATH = Path.of("/a/b");

    /** A function that every C library has. */
    private static final class Known {
        static native int getpid();
    }

    /** A function that no C library has. */
    private static final class Unknown {
        static native int surely_not_a_function_of_any_library();
    }

    @Test
    void calls_functions_of_the_c_library_where_file_names_are_utf8() {
        assumeTrue(Platform.is64Bit() && "UTF-8".equals(System.getProperty("sun.jnu.encoding")), "file names are not UTF-8 here");

        assertThat(CLibrary.load(Known.class)).isTrue();
        assertThat(Known.getpid()).isEqualTo((int) ProcessHandle.current().pid());
    }

    @Test
    void reports_a_missing_function_or_library() {
        assertThat(CLibrary.load(Unknown.class)).isFalse();
        assertThat(CLibrary.load(Known.class, "no-such-library")).isFalse();
    }

    @Test
    void everything_native_is_available_on_common_linux_machines() {
        assumeTrue(Platform.isLinux() && (Platform.isIntel() || Platform.isARM()) && Platform.is64Bit()
                && "UTF-8".equals(System.getProperty("sun.jnu.encoding")), "this is another system");

        assertThat(CLibrary.hasKnownFlags()).isTrue();
        assertThat(LibC.AVAILABLE).isTrue();
        assertThat(Statx.isAvailable()).isTrue();
        assertThat(DirectoryHandle.isAvailable()).as("with /proc").isTrue();
    }

    @Test
    void an_error_becomes_the_exception_that_java_throws() {
        assertThat(CLibrary.fault(PATH, error(2, "No such file or directory"))).isInstanceOf(NoSuchFileException.class).hasMessage("/a/b");
        assertThat(CLibrary.fault(PATH, error(13, "Permission denied"))).isInstanceOf(AccessDeniedException.class).hasMessage("/a/b");
        assertThat(CLibrary.fault(PATH, error(24, "Too many open files"))).isExactlyInstanceOf(FileSystemException.class)
                .hasMessage("/a/b: Too many open files");
    }

    private static LastErrorException error(int number, String words) {
        return new LastErrorException("[" + number + "] " + words);
    }

    @Test
    void a_text_for_c_ends_with_nul() {
        assertThat(CLibrary.text("caf\u00E9")).isEqualTo("caf\u00E9\0".getBytes(StandardCharsets.UTF_8));
    }
}
