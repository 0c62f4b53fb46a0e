package io.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bactrian.routes.RouteCoverage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs after the unit tests, and asks which routes they ran. */
class RouteCoverageIT {
    @Test
    void every_route_ran_in_a_unit_test() throws IOException {
        assumeTrue(Files.isDirectory(RouteCoverage.DIRECTORY), "the unit tests did not run, or only some of them");
        Set<String> ran;
        try (Stream<Path> files = Files.list(RouteCoverage.DIRECTORY)) {
            ran = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }

        // The route that a template makes has the name of the mirror behind the template's id
        assertThat(new RoutesTest().ids()).isNotEmpty().filteredOn(id -> !ran.contains(id) && !ran.contains(id + "-default"))
                .as("routes that no test with a RouteBench runs").isEmpty();
    }
}
