package io.bactrian.benchmark.report;

import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bactrian.benchmark.row.Measurement;

/**
 * One run of one peer at one row: a measurement, or what went wrong. Immutable.
 *
 * @param number from 1
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Run(String row, String peer, int number, Optional<Measurement> measurement, Optional<String> failure) {
}
