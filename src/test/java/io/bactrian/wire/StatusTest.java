package io.bactrian.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class StatusTest {
    @Test
    void can_report_a_file_that_was_not_sent_yet() throws IOException {
        Status.Written written = new Status.Written(List.of(new Status.Written.File("db", Optional.empty()),
                new Status.Written.File("mail", Optional.of(1.5))), 7);
        assertThat(Codec.JSON.read(Codec.JSON.write(written), Status.Written.class)).isEqualTo(written);
    }
}
