package io.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;

/** What an application inherits that depends on the artifact. */
class PublishedPomTest {
    private static List<String> dependencies(String condition) throws Exception {
        var pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(Path.of("pom.xml").toFile());
        NodeList nodes = (NodeList) XPathFactory.newInstance().newXPath()
                .evaluate("/project/dependencies/dependency[" + condition + "]/artifactId", pom, XPathConstants.NODESET);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            names.add(nodes.item(i).getTextContent());
        }
        return names;
    }

    @Test
    void nothing_that_only_a_command_line_needs() throws Exception {
        assertThat(dependencies("not(scope) and not(optional = 'true')")).contains("camel-main", "jackson-databind")
                .allSatisfy(name -> assertThat(name).matches("(camel|jackson|prometheus-metrics)-.*|sqlite-jdbc|jna|hash4j|zstd-jni"
                        + "|bucket4j_jdk17-core|jose4j"));
        assertThat(dependencies("optional = 'true'")).containsExactlyInAnyOrder("picocli", "progressbar", "logback-classic");
    }
}
