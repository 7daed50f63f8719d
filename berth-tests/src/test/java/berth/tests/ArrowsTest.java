package berth.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import berth.tests.host.Checkout;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md, so that they stay true. */
class ArrowsTest {
    private static JavaClasses house;

    @BeforeAll
    static void read_the_house() {
        house = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("berth");
    }

    @Test
    void no_two_packages_need_each_other() {
        slices().matching("berth.(**)").should().beFreeOfCycles().check(house);
    }

    @Test
    void the_engine_knows_neither_the_door_nor_a_driver() {
        noClasses()
                .that()
                .resideInAPackage("berth.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "berth.rest..", "berth.wire..", "berth.driver..", "berth.daemon..", "org.eclipse.jetty..")
                .allowEmptyShould(true)
                .check(house);
    }

    @Test
    void the_door_never_sees_a_driver() {
        noClasses()
                .that()
                .resideInAPackage("berth.rest..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("berth.driver..", "berth.daemon..", "berth.host..")
                .allowEmptyShould(true)
                .check(house);
    }

    @Test
    void drivers_do_not_know_each_other_nor_the_engine() {
        slices().matching("berth.driver.(*)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .check(house);
        noClasses()
                .that()
                .resideInAPackage("berth.driver..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("berth.engine..", "berth.rest..", "berth.daemon..")
                .allowEmptyShould(true)
                .check(house);
    }

    @Test
    void the_model_does_no_input_or_output() {
        noClasses()
                .that()
                .resideInAnyPackage("berth.model..", "berth.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.net.http..", "java.sql..", "java.nio.channels..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\..*Socket.*|java\\.net\\.URL.*")
                .allowEmptyShould(true)
                .check(house);
    }

    @Test
    void only_the_host_module_makes_system_calls_and_starts_programs() {
        noClasses()
                .that()
                .resideInAPackage("berth..")
                .and()
                .resideOutsideOfPackages("berth.host..", "berth.cli..", "berth.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(ProcessBuilder.class.getName())
                .allowEmptyShould(true)
                .check(house);
    }

    /**
     * A shell between us and a program is where quoting goes wrong. The one exception is the guest's own shell, inside the
     * guest, with a fixed text: lxc-attach cannot set a working directory.
     */
    @Test
    void nothing_is_run_through_a_shell() {
        var shell = Pattern.compile("\"(?:/bin/|/usr/bin/)?(?:ba|da)?sh\"\\s*,\\s*\"-[a-z]*c\"");
        assertThat(Checkout.sources())
                .filteredOn(it -> it.toString().contains("/src/main/"))
                .filteredOn(it -> !it.endsWith("berth/driver/lxc/LxcAttach.java"))
                .filteredOn(it -> shell.matcher(Checkout.read(it)).find())
                .isEmpty();
    }
}
