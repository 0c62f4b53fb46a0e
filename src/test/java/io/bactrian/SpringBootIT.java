package io.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application of Spring Boot that has the plain jar, built by Maven as its authors would, and run as they would. */
class SpringBootIT {
    private static final Duration PATIENCE = Running.PATIENCE;

    private static final String PARENT = """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <groupId>host</groupId><artifactId>all</artifactId><version>1</version><packaging>pom</packaging>
              <modules><module>bactrian</module><module>host</module></modules>
            </project>
            """;

    /** The plain jar's content and dependencies, without a copy in the user's repository. */
    private static final String BUILD = """
              <build><plugins>
                <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
                <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.14.0</version></plugin>
                <plugin><artifactId>maven-surefire-plugin</artifactId><version>${surefire.version}</version></plugin>
                <plugin><artifactId>maven-jar-plugin</artifactId><version>3.4.2</version></plugin>
              </plugins></build>
            </project>
            """;

    private static final String HOST = """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <parent>
                <groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>
                <version>3.5.10</version><relativePath/>
              </parent>
              <groupId>host</groupId><artifactId>host</artifactId><version>1</version>
              <properties><java.version>17</java.version></properties>
              <dependencyManagement><dependencies><dependency>
                <groupId>org.apache.camel.springboot</groupId><artifactId>camel-spring-boot-bom</artifactId>
                <version>4.18.0</version><type>pom</type><scope>import</scope>
              </dependency></dependencies></dependencyManagement>
              <dependencies>
                <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>
                <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-actuator</artifactId></dependency>
                <dependency><groupId>org.apache.camel.springboot</groupId><artifactId>camel-spring-boot-starter</artifactId></dependency>
                <dependency><groupId>org.apache.camel.springboot</groupId><artifactId>camel-yaml-dsl-starter</artifactId></dependency>
                <dependency><groupId>io.bactrian</groupId><artifactId>bactrian</artifactId><version>VERSION</version></dependency>
              </dependencies>
              <build><plugins><plugin>
                <groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId>
              </plugin></plugins></build>
            </project>
            """;

    private static final String APPLICATION = """
            package host;

            import org.springframework.boot.SpringApplication;
            import org.springframework.boot.autoconfigure.SpringBootApplication;

            @SpringBootApplication
            public class Host {
                public static void main(String[] arguments) {
                    SpringApplication.run(Host.class, arguments);
                }
            }
            """;

    @TempDir
    static Path dir;

    private static Process process;

    @BeforeAll
    static void build() throws Exception {
        Path module = dir.resolve("bactrian");
        Path host = dir.resolve("host");
        Files.createDirectories(module.resolve("src/main/resources"));
        Files.createDirectories(host.resolve("src/main/java/host"));
        Files.createDirectories(host.resolve("src/main/resources"));
        Files.writeString(dir.resolve("pom.xml"), PARENT);
        String own = Files.readString(Path.of("pom.xml"));
        String version = own.replaceFirst("(?s).*?<artifactId>bactrian</artifactId>\\s*<version>(.*?)</version>.*", "$1");
        Files.writeString(module.resolve("pom.xml"), own.replaceFirst("(?s)\n  <build>.*", "\n") + BUILD);
        Tools.run("unzip", "-q", "-d", module.resolve("src/main/resources").toString(),
                Path.of(System.getProperty("bactrian.jar")).resolveSibling("bactrian-" + version + ".jar").toString());
        Files.writeString(host.resolve("pom.xml"), HOST.replace("VERSION", version));
        Files.writeString(host.resolve("src/main/java/host/Host.java"), APPLICATION);
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp", "-q", "-Dmaven.test.skip=true",
                "-Djava.io.tmpdir=" + dir, "package"));
        if (System.getProperty("bactrian.offline", "").equals("is true")) {
            command.add(1, "-o");
        }
        String output = "";
        int code;
        try {
            Process maven = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true)
                    .redirectOutput(dir.resolve("maven.txt").toFile()).start();
            code = maven.waitFor(20, TimeUnit.MINUTES) ? maven.exitValue() : -1;
            maven.destroyForcibly();
            output = Files.readString(dir.resolve("maven.txt"));
        } catch (IOException e) {
            code = -1;
            output = "Could not find mvn: " + e.getMessage();
        }
        assumeTrue(code == 0 || !output.matches("(?s).*(Could not (find|transfer|resolve)|Cannot access|Non-resolvable).*"),
                "Maven or what it would need is not here: " + output);
        assertThat(code).as(output).isZero();
    }

    @AfterAll
    static void end() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    @Test
    void mirrors_a_directory_and_its_changes_until_stopped() throws Exception {
        int web = Processes.freePort();
        List<String> properties = start("--server.port=" + web, "--camel.main.run-controller=true");
        Path source = dir.resolve("source");

        await().atMost(PATIENCE).until(() -> Files.exists(dir.resolve("target/a")) || !process.isAlive());
        assertThat(process.isAlive()).as(output()).isTrue();
        Tools.awaitEqual(source, dir.resolve("target"));
        Files.writeString(source.resolve("b"), "later");
        Files.delete(source.resolve("a"));
        Tools.awaitReferee(source, dir.resolve("target"));

        assertThat(new String(get("http://127.0.0.1:" + web + "/actuator/health"), StandardCharsets.UTF_8)).contains("UP");
        process.destroy();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("%s %s", properties, output()).isTrue();
        assertThat(output()).doesNotContain("WARN", "ERROR");
    }

    @Test
    void does_not_start_without_the_routes_of_a_role_that_is_on() throws Exception {
        start("--server.port=0", "--camel.main.run-controller=true", "--camel.main.routes-include-pattern=classpath:mine/*");

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
        assertThat(process.exitValue()).isNotZero();
        assertThat(output()).contains("bactrian.role.source=true, but 21 of its 21 routes (").contains("are missing");
    }

    private static List<String> start(String... more) throws IOException {
        Files.createDirectories(dir.resolve("source/sub"));
        Files.writeString(dir.resolve("source/a"), "now");
        Files.writeString(dir.resolve("source/sub/c"), "too");
        int port = Processes.freePort();
        List<String> properties = Stream.concat(Stream.of("--bactrian.role.source=true", "--bactrian.role.target=true",
                "--bactrian.source.default.directory=" + dir.resolve("source"),
                "--bactrian.source.default.targets=" + Processes.url(port),
                "--bactrian.target.default.directory=" + dir.resolve("target"), "--bactrian.http.port=" + port,
                "--bactrian.management.port=0", "--bactrian.state=" + dir.resolve("state")), Stream.of(more)).toList();
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + dir, "-jar", dir.resolve("host/target/host-1.jar").toString()));
        command.addAll(properties);
        process = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true)
                .redirectOutput(dir.resolve("output.txt").toFile()).start();
        return properties;
    }

    private static String output() throws IOException {
        return Files.readString(dir.resolve("output.txt"));
    }

    private static byte[] get(String url) throws IOException {
        try (InputStream in = URI.create(url).toURL().openStream()) {
            return in.readAllBytes();
        }
    }
}
