package io.bactrian.hostile;

import static io.bactrian.TreeAssert.assertThatTree;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import io.bactrian.hostile.RunningTarget.Answer;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class OwnStepTest {
    @TempDir
    Path replica;

    @Test
    void an_added_step_can_reject_one_change() throws Exception {
        try (RunningTarget target = new RunningTarget(replica)) {
            AdviceWith.adviceWith(target.camel(), "apply-batch", route -> route.weaveByToUri("direct:apply-changes").replace()
                    .split().method("applier", "each").to("direct:apply-changes").end());
            AdviceWith.adviceWith(target.camel(), "apply-changes", route -> route.weaveById("write-files").before()
                    .filter().simple("${body.change.path} endsWith '.exe'")
                    .throwException(new IllegalStateException("infected, says /opt/scanner")).end());

            Answer answer = target.batch(RunningTarget.file("a.txt", "a"), RunningTarget.file("b.exe", "b"),
                    RunningTarget.file("c.txt", "c"));

            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.json().get("applied").asInt()).isEqualTo(2);
            assertThat(answer.json().get("failures")).hasSize(1);
            assertThat(answer.json().get("failures").get(0).get("path").asText()).isEqualTo("b.exe");
            assertThat(answer.text()).doesNotContain("scanner", "Exception");
            assertThatTree(replica).holdsExactly("a.txt", "c.txt");
        }
    }
}
