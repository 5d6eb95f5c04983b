package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextsTest {

    private static final Locale SPANISH = new Locale("es", "MX");

    private static String cure(Map<String, String> environment, Locale otherwise) {
        return Texts.of(environment, otherwise).of("msg.cure", "x").strip();
    }

    @Test
    void spanishWhereTheLocaleIsSpanishEvenIfTheSystemHasItNotInstalled() {
        assertThat(cure(Map.of("LC_ALL", "es_MX.UTF-8"), Locale.ENGLISH)).isEqualTo("remedio: x");
        assertThat(cure(Map.of("LC_MESSAGES", "es_ES@euro"), Locale.ENGLISH)).isEqualTo("remedio: x");
        assertThat(cure(Map.of("LANG", "es"), Locale.ENGLISH)).isEqualTo("remedio: x");
    }

    @Test
    void englishAnywhereElse() {
        assertThat(cure(Map.of("LANG", "fr_FR.UTF-8"), SPANISH)).isEqualTo("cure: x");
        assertThat(cure(Map.of("LC_ALL", "C"), SPANISH)).isEqualTo("cure: x");
        assertThat(cure(Map.of("LANG", "est_EE"), SPANISH)).isEqualTo("cure: x");
        assertThat(cure(Map.of(), Locale.GERMAN)).isEqualTo("cure: x");
    }

    @Test
    void theStrongerVariableWinsAndAnEmptyOneSaysNothing() {
        assertThat(cure(Map.of("LC_ALL", "es_MX", "LANG", "en_US"), Locale.ENGLISH))
                .isEqualTo("remedio: x");
        assertThat(cure(Map.of("LC_MESSAGES", "en_US", "LANG", "es_MX"), Locale.ENGLISH))
                .isEqualTo("cure: x");
        assertThat(cure(Map.of("LC_ALL", "", "LANG", "es_MX"), Locale.ENGLISH)).isEqualTo("remedio: x");
    }

    @Test
    void withoutVariablesTheMachinesLocaleDecides() {
        assertThat(cure(Map.of(), SPANISH)).isEqualTo("remedio: x");
    }

    @Test
    void aSpanishMachineDoesNotSpeakSpanishToAnEnglishReader() {
        Locale before = Locale.getDefault();
        Locale.setDefault(SPANISH);
        try {
            assertThat(cure(Map.of("LC_ALL", "en_US.UTF-8"), SPANISH)).isEqualTo("cure: x");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void theInstalledConfigurationIsWhereEachSystemKeepsIt() {
        assertThat(Surroundings.installedConfig("Linux", Map.of())).isEqualTo(Path.of("/etc/difusor/difusor.yaml"));
        assertThat(Surroundings.installedConfig("FreeBSD", Map.of()))
                .isEqualTo(Path.of("/usr/local/etc/difusor/difusor.yaml"));
        assertThat(Surroundings.installedConfig("Windows 11", Map.of("ProgramData", "/ProgramData")))
                .isEqualTo(Path.of("/ProgramData/difusor/difusor.yaml"));
    }

    @Test
    void behindSudoThePersonIsNamedToo() {
        assertThat(Surroundings.user("difusor", Map.of("SUDO_USER", "maria"))).isEqualTo("maria (difusor)");
        assertThat(Surroundings.user("maria", Map.of("SUDO_USER", "maria"))).isEqualTo("maria");
        assertThat(Surroundings.user("maria", Map.of())).isEqualTo("maria");
    }
}
