package io.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A tree may be as deep as the system allows, and a thread's stack is not: no method leads back to itself. */
class RecursionTest {
    /** What may recurse, in the case that is named. */
    private static final Set<String> BOUNDED = Set.of(
            // Directories whose names are no text, which are looked up by their path
            "io.bactrian.content.RecursiveDelete",
            // Once, at the topmost directory that keeps its owner out, below which it works in the replica's turn
            "io.bactrian.replica.scrub.Scrub");

    @Test
    void no_method_leads_back_to_itself() {
        Map<String, Set<String>> calls = new HashMap<>();
        Map<String, String> owners = new HashMap<>();
        for (JavaClass type : new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.bactrian")) {
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                owners.put(unit.getFullName(), type.getFullName());
                calls.computeIfAbsent(unit.getFullName(), name -> new HashSet<>()).addAll(called(unit));
            }
        }
        Set<String> recursive = new TreeSet<>();
        for (String method : calls.keySet()) {
            if (!isBounded(owners.get(method)) && reaches(method, calls)) {
                recursive.add(method);
            }
        }
        assertThat(recursive).as("methods that lead back to themselves").isEmpty();
    }

    private static boolean isBounded(String owner) {
        return BOUNDED.stream().anyMatch(name -> owner.equals(name) || owner.startsWith(name + '$'));
    }

    /** Not what a compiler adds: a method with another's name that only calls it. */
    private static List<String> called(JavaCodeUnit unit) {
        if (unit.getModifiers().contains(JavaModifier.BRIDGE)) {
            return List.of();
        }
        return Stream.concat(unit.getCallsFromSelf().stream().map(call -> call.getTarget().getFullName()),
                unit.getMethodReferencesFromSelf().stream().map(reference -> reference.getTarget().getFullName())).toList();
    }

    private static boolean reaches(String method, Map<String, Set<String>> calls) {
        Set<String> seen = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(calls.get(method));
        while (!next.isEmpty()) {
            String at = next.pop();
            if (at.equals(method)) {
                return true;
            }
            if (seen.add(at)) {
                next.addAll(calls.getOrDefault(at, Set.of()));
            }
        }
        return false;
    }
}
