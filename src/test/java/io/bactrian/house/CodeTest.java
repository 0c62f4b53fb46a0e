package io.bactrian.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

/** The rules of the house, for the code. */
class CodeTest {
    /** What changes a file system. */
    private static final Set<String> WRITES = Set.of("write", "writeString", "delete", "deleteIfExists", "move", "copy",
            "createFile", "createDirectory", "createDirectories", "createSymbolicLink", "createLink", "createTempFile",
            "createTempDirectory", "newOutputStream", "newBufferedWriter", "setLastModifiedTime", "setAttribute",
            "setPosixFilePermissions", "setOwner");

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.bactrian");

    @Test
    void the_core_knows_no_camel() {
        noClasses().that().resideInAnyPackage(packages("tree", "content", "change", "compare", "plan", "index", "replica", "settings",
                "access", "wire", "upload", "fault", "mirror", "link", "measure")).should().dependOnClassesThat().resideInAPackage("org.apache.camel..").check(CODE);
    }

    @Test
    void no_packages_depend_on_each_other_in_a_circle() {
        slices().matching("io.bactrian.(**)").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void tree_knows_nothing_of_the_others_and_content_knows_tree_alone() {
        classes().that().resideInAPackage("io.bactrian.tree").should().onlyDependOnClassesThat(resideInAPackage("io.bactrian.tree")
                .or(DescribedPredicate.not(resideInAPackage("io.bactrian..")))).check(CODE);
        classes().that().resideInAnyPackage(packages("tree", "content")).should().onlyDependOnClassesThat(
                resideInAnyPackage(packages("tree", "content"))
                        .or(DescribedPredicate.not(resideInAPackage("io.bactrian..")))).check(CODE);
    }

    @Test
    void plan_uses_compare_and_compare_uses_change_and_never_the_other_way() {
        noClasses().that().resideInAnyPackage(packages("change")).should().dependOnClassesThat()
                .resideInAnyPackage(packages("compare", "plan")).check(CODE);
        noClasses().that().resideInAnyPackage(packages("compare")).should().dependOnClassesThat()
                .resideInAnyPackage(packages("plan")).check(CODE);
    }

    @Test
    void only_the_replica_and_those_with_files_of_their_own_write_files() {
        noClasses().that().resideOutsideOfPackages(packages("replica", "index", "content", "cli"))
                .and().doNotHaveFullyQualifiedName("io.bactrian.link.LinkStore")
                // Camel's option autoCreate
                .and().doNotHaveFullyQualifiedName("io.bactrian.watch.TreeWatchConsumer")
                .should().callMethodWhere(new DescribedPredicate<JavaMethodCall>("changes a file system") {
                    @Override
                    public boolean test(JavaMethodCall call) {
                        return call.getTargetOwner().isEquivalentTo(Files.class) && WRITES.contains(call.getName());
                    }
                }).check(CODE);
    }

    @Test
    void only_the_command_line_needs_what_an_embedding_application_does_not_inherit() {
        noClasses().that().resideOutsideOfPackage("io.bactrian.cli..").should().dependOnClassesThat()
                .resideInAnyPackage("picocli..", "me.tongfei..", "ch.qos.logback..").check(CODE);
    }

    @Test
    void nothing_but_the_command_line_itself_depends_on_it() {
        noClasses().that().resideOutsideOfPackage("io.bactrian.cli..").should().dependOnClassesThat()
                .resideInAPackage("io.bactrian.cli..").check(CODE);
    }

    @Test
    void packages_are_named_for_ideas() {
        noClasses().should().resideInAnyPackage("..util..", "..helper..", "..manager..", "..impl..", "..common..")
                .check(CODE);
    }

    @Test
    void only_the_command_line_and_the_verifier_print() {
        noClasses().that().resideOutsideOfPackage("io.bactrian.cli..")
                .and().haveNameNotMatching("io\\.bactrian\\.source\\.Verifier.*")
                .should().accessField(System.class, "out").orShould().accessField(System.class, "err").check(CODE);
    }

    /** For Camel's converter makes one of whatever the body is, and nobody gives it back. */
    @Test
    void no_step_asks_for_a_buffer_of_netty() {
        assertThat(CODE.stream().filter(type -> Set.of("io.bactrian.source", "io.bactrian.target", "io.bactrian.manage").contains(type.getPackageName()))
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))).hasSizeGreaterThan(50)
                .filteredOn(method -> method.getRawParameterTypes().stream().anyMatch(is -> is.isAssignableTo(ByteBuf.class)))
                .isEmpty();
    }

    @Test
    void nobody_sleeps() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class)
                .orShould().callMethod(Thread.class, "sleep", long.class, int.class).check(CODE);
    }

    @Test
    void no_test_sleeps() throws IOException {
        // In two words, or this file would be found.
        String sleep = ".sle" + "ep(";
        assertThat(sources("src/test/java")).allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain(sleep));
    }

    @Test
    void every_public_type_says_what_it_promises() throws IOException {
        assertThat(sources("src/main/java", "src/benchmark/java")).allSatisfy(file -> {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).matches("public .*(class|record|interface|enum) .*")) {
                    int above = i - 1;
                    while (lines.get(above).matches("[@})\\s].*") && !lines.get(above).contains("*/")) {
                        above--;
                    }
                    assertThat(lines.get(above)).as("above %s", lines.get(i)).contains("*/");
                }
            }
        });
    }

    /** A rule for a package that is not there, or no longer called so, would hold for nothing. */
    private static String[] packages(String... names) {
        assertThat(names).allMatch(name -> CODE.containPackage("io.bactrian." + name));
        return Stream.of(names).map(name -> "io.bactrian." + name + "..").toArray(String[]::new);
    }

    private static List<Path> sources(String... directories) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String directory : directories) {
            try (Stream<Path> files = Files.walk(Path.of(directory))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }
}
