package io.bactrian.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.Watchable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchKeyReaderTest {
    @TempDir
    Path root;

    private final Map<WatchKey, WatchKey> overflown = new HashMap<>();
    private final Registrar registrar = new Registrar() {
        @Override
        public WatchKey register(Path directory, WatchService service) throws IOException {
            return overflown.computeIfAbsent(Registrar.super.register(directory, service), Overflown::new);
        }
    };

    /** The overflow is the only event of the directory. */
    private record Overflown(WatchKey key) implements WatchKey {
        @Override
        public boolean isValid() {
            return key.isValid();
        }

        @Override
        public List<WatchEvent<?>> pollEvents() {
            return List.of(new WatchEvent<>() {
                @Override
                public Kind<Object> kind() {
                    return StandardWatchEventKinds.OVERFLOW;
                }

                @Override
                public int count() {
                    return 1;
                }

                @Override
                public Object context() {
                    return null;
                }
            });
        }

        @Override
        public boolean reset() {
            return key.reset();
        }

        @Override
        public void cancel() {
            key.cancel();
        }

        @Override
        public Watchable watchable() {
            return key.watchable();
        }
    }

    /** Possibly a mount that was not reported yet: missing entries were not removed while it was watched. */
    @Test
    void a_directory_that_replaced_another_during_an_overflow_is_not_new(@TempDir Path elsewhere) throws Exception {
        Files.createDirectory(root.resolve("replaced"));
        Files.createDirectory(root.resolve("same"));
        try (WatchService service = registrar.open(root)) {
            WatchedTree tree = new WatchedTree(root, service, registrar, path -> true);
            Files.move(root.resolve("replaced"), elsewhere.resolve("moved"));
            Files.createDirectory(root.resolve("replaced"));
            Files.createDirectory(root.resolve("new"));
            WatchKey top = overflown.values().stream().filter(key -> key.watchable().equals(root)).findFirst().orElseThrow();
            List<String> told = new ArrayList<>();

            new WatchKeyReader(tree, new OverflowLog(root), event -> told.add(event.kind() + " " + event.path())).read(top);

            assertThat(told).containsExactlyInAnyOrder("SEEN_AGAIN replaced", "NEW_DIRECTORY new", "OVERFLOW ");
        }
    }
}
