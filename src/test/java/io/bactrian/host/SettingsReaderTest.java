package io.bactrian.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.settings.Property;
import io.bactrian.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
    private static final String ROUTES = """
            - beans:
                - name: settings
                  type: io.bactrian.settings.Settings
                  builderClass: io.bactrian.host.SettingsReader
                  builderMethod: read
            - route:
                id: a-source
                description: Is there if the process is a source
                precondition: "${bean:settings?method=sends}"
                from:
                  uri: direct:a-source
                  steps:
                    - log: "${body}"
            - route:
                id: a-target
                description: Is there if the process is a target
                precondition: "${bean:settings?method=receives}"
                from:
                  uri: direct:a-target
                  steps:
                    - log: "${body}"
            """;

    @TempDir
    Path dir;

    @Test
    void provides_settings_and_starts_only_the_routes_of_the_role() throws Exception {
        Path routes = Files.writeString(dir.resolve("routes.yaml"), ROUTES);
        Main main = new Main();
        main.configure().setRoutesIncludePattern("file:" + routes);
        main.addInitialProperty("here", dir.toString());
        main.addInitialProperty("bactrian.target.photos.directory", "{{here}}/photos");
        main.addInitialProperty("bactrian.http.port", "1234");
        main.start();
        try {
            Settings settings = main.lookup("settings", Settings.class);

            assertThat(settings.targets().get(0).directory()).isEqualTo(dir.resolve("photos"));
            assertThat(settings.value(Property.HTTP_PORT)).isEqualTo(1234);
            assertThat(main.getCamelContext().getRoutes()).extracting("id").containsExactly("a-target");
        } finally {
            main.stop();
        }
    }
}
