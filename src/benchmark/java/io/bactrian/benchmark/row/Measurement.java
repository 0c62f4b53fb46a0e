package io.bactrian.benchmark.row;

import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What one run of one peer at one row gave. Immutable.
 *
 * @param seconds  how long it took; of several samples the median
 * @param slowest  of several samples the 99th percentile
 * @param sent     bytes from source to target; absent if they were not counted
 * @param received bytes from target to source
 * @param memory   the most resident bytes of one of the processes, where that is asked
 * @param state    what the referee said
 * @param note     what else there is to say
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Measurement(double seconds, Optional<Double> slowest, Optional<Long> sent, Optional<Long> received,
        Optional<Long> memory, String state, Optional<String> note) {

    /** Both directions. */
    public Optional<Long> bytes() {
        return sent.map(bytes -> bytes + received.orElse(0L));
    }
}
