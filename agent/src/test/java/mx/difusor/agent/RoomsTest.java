package mx.difusor.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the rooms of docs/architecture.md: who may see whom, and who alone may see which library. */
class RoomsTest {

    private static final String ROOT = "mx.difusor.agent.";

    private static final Map<String, List<String>> MAY_SEE = new TreeMap<>(Map.of(
            "config", List.of("model"),
            "model", List.of(),
            "disk", List.of("model"),
            "intake", List.of("desk", "disk", "model"),
            "verify", List.of("disk", "model"),
            "archive", List.of("disk", "model"),
            "publish", List.of("disk", "model"),
            "desk", List.of("verify", "archive", "publish", "visit", "disk", "model"),
            "watch", List.of("desk", "model"),
            "institute", List.of("model")));

    private static JavaClasses classes = new ClassFileImporter().importClasses(List.of());

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("mx.difusor.agent");
        MAY_SEE.put("status", List.of("desk", "model"));
        MAY_SEE.put("doctor", List.of("config", "publish", "visit", "disk", "model"));
        MAY_SEE.put("alerting", List.of("disk", "model"));
        MAY_SEE.put("visit", List.of("disk", "model"));
        Set<String> all = new TreeSet<>(MAY_SEE.keySet());
        MAY_SEE.put("cli", new ArrayList<>(all));
    }

    @Test
    void everyRoomSeesOnlyWhatTheDesignAllows() {
        assertThat(classes).isNotEmpty();
        Set<String> rooms = new TreeSet<>(MAY_SEE.keySet());
        rooms.add("app");
        MAY_SEE.forEach((room, allowed) -> {
            String[] forbidden = rooms.stream()
                    .filter(other -> !other.equals(room) && !allowed.contains(other))
                    .map(other -> ROOT + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + room + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden)
                    .because("docs/architecture.md gives the room `" + room + "` sight of " + allowed + " only")
                    .check(classes);
        });
    }

    @Test
    void everyClassIsInARoom() {
        Set<String> rooms = new TreeSet<>(MAY_SEE.keySet());
        rooms.add("app");
        classes()
                .should()
                .resideInAnyPackage(
                        rooms.stream().map(room -> ROOT + room + "..").toArray(String[]::new))
                .check(classes);
    }

    @Test
    void noRoomsGoInACircle() {
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void theModelNeedsNothingButTheJdk() {
        classes()
                .that()
                .resideInAPackage(ROOT + "model..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", ROOT + "model..", "org.jspecify..")
                .check(classes);
    }

    @Test
    void everyLibraryHasItsRoom() {
        // The Institute's side signs and sends with the same libraries; nothing of ours is shared between the two.
        onlyIn("org.apache.sshd..", "intake", "institute");
        onlyIn("org.bouncycastle..", "verify", "institute");
        onlyIn("org.apache.commons.compress..", "verify", "institute");
        onlyIn("org.sqlite..", "archive");
        onlyIn("java.sql..", "archive");
        onlyIn("org.eclipse.jetty..", "status");
        onlyIn("io.prometheus..", "status");
        onlyIn("jakarta.mail..", "alerting");
        onlyIn("org.eclipse.angus..", "alerting");
        onlyIn("picocli..", "cli", "app");
        onlyIn("org.snakeyaml..", "config");
    }

    private static void onlyIn(String library, String... rooms) {
        String[] packages = new String[rooms.length];
        for (int i = 0; i < rooms.length; i++) {
            packages[i] = ROOT + rooms[i] + "..";
        }
        noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(classes);
    }
}
