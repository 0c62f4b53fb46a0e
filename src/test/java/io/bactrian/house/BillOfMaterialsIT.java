package io.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** What the runnable jar says that it is made of, compared with what is in it. */
@DisabledIfSystemProperty(named = "bactrian.offline", matches = "is true", disabledReason = "the plugin makes no bill offline")
class BillOfMaterialsIT {
    private static final String JAR = System.getProperty("bactrian.jar");

    @Test
    void the_jar_tells_what_it_is_made_of() throws IOException {
        assertThat(told()).containsKeys("org.apache.camel:camel-core-engine", "io.netty:netty-codec-http",
                "org.xerial:sqlite-jdbc", "com.github.luben:zstd-jni", "com.fasterxml.jackson.core:jackson-databind",
                "ch.qos.logback:logback-core");
    }

    @Test
    void every_library_in_the_jar_is_told_with_its_version() throws IOException {
        Map<String, String> told = told();
        Map<String, String> found = found();

        assertThat(found).hasSizeGreaterThan(30).allSatisfy((name, version) ->
                assertThat(told).containsEntry(name, version));
    }

    @Test
    void every_library_has_a_hash_and_no_test_is_told_of() throws IOException {
        Set<String> names = new TreeSet<>();
        for (JsonNode component : bill().path("components")) {
            assertThat(component.path("hashes").findValuesAsText("alg")).contains("SHA-256");
            assertThat(component.path("purl").asText()).startsWith("pkg:maven/");
            names.add(component.path("name").asText());
        }
        assertThat(names).doesNotContain("junit-jupiter-api", "assertj-core", "archunit", "jqwik");
    }

    private static JsonNode bill() throws IOException {
        try (ZipFile jar = new ZipFile(JAR);
                InputStream in = jar.getInputStream(jar.getEntry("META-INF/sbom/bactrian.cdx.json"))) {
            JsonNode bill = new ObjectMapper().readTree(in);
            assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
            return bill;
        }
    }

    private static Map<String, String> told() throws IOException {
        Map<String, String> told = new TreeMap<>();
        bill().path("components").forEach(component -> told.put(
                component.path("group").asText() + ':' + component.path("name").asText(), component.path("version").asText()));
        return told;
    }

    /** What Maven left in the libraries' own jars. */
    private static Map<String, String> found() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (ZipFile jar = new ZipFile(JAR)) {
            for (ZipEntry entry : jar.stream().filter(is -> is.getName().matches("META-INF/maven/.+/pom\\.properties"))
                    .collect(Collectors.toList())) {
                Properties properties = new Properties();
                try (InputStream in = jar.getInputStream(entry)) {
                    properties.load(in);
                }
                found.put(properties.getProperty("groupId") + ':' + properties.getProperty("artifactId"),
                        properties.getProperty("version"));
            }
        }
        found.remove("io.bactrian:bactrian");
        // A part of netty-common, which has it inside under another name
        found.remove("org.jctools:jctools-core");
        return found;
    }
}
