package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What lies beside the packages, and the .zip for Windows. */
class PackagesIT {

    private static final Path BOM = Built.TARGET.resolve("difusor-" + Built.VERSION + "-bom.json");

    @Test
    void theSumsAreOfEveryPackageAndRight() throws Exception {
        List<String> summed = Files.readAllLines(Built.TARGET.resolve("SHA256SUMS")).stream()
                .map(line -> line.substring(line.indexOf("  ") + 2))
                .toList();
        List<String> made = new ArrayList<>();
        try (Stream<Path> files = Files.list(Built.TARGET)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(".*\\.(tar\\.gz|zip|deb|rpm|json)"))
                    .forEach(made::add);
        }
        assertThat(summed).containsExactlyInAnyOrderElementsOf(made).isSorted();
        Tool.run(Built.TARGET, Map.of(), "sha256sum", "--check", "--strict", "SHA256SUMS")
                .ok();
    }

    @Test
    void theBillOfMaterialsNamesEveryLibraryAndIsTheSameForTheSameCommit() throws Exception {
        JsonNode bom = new ObjectMapper().readTree(BOM.toFile());
        assertThat(bom.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(bom.has("serialNumber")).isFalse();
        assertThat(bom.path("metadata").has("timestamp")).isFalse();
        Set<String> named = new HashSet<>();
        for (JsonNode component : bom.path("components")) {
            named.add(component.path("name").asText() + "-"
                    + component.path("version").asText());
            assertThat(component.path("hashes"))
                    .as(component.path("name").asText())
                    .isNotEmpty();
        }
        try (Stream<Path> jars = Files.list(Built.DISTRIBUTION.resolve("lib"))) {
            for (Path jar : jars.toList()) {
                assertThat(named)
                        .as(jar.toString())
                        .contains(jar.getFileName().toString().replace(".jar", ""));
            }
        }
        assertThat(named).anyMatch(name -> name.startsWith("commons-daemon-"));
        for (String inside : List.of("unix", "windows")) {
            assertThat(Built.TARGET.resolve(inside).resolve("bom.json")).hasSameBinaryContentAs(BOM);
        }
    }

    @Test
    void theZipHasTheServiceTheScriptsAndTheLicences() throws Exception {
        String top = "difusor-" + Built.VERSION + "/";
        try (ZipFile zip = new ZipFile(Built.TARGET
                .resolve("difusor-" + Built.VERSION + "-windows.zip")
                .toFile())) {
            for (String name : List.of(
                    "LICENSE",
                    "VERSION",
                    "bin/difusor.cmd",
                    "bin/difusor-prepare.ps1",
                    "difusor-agent.jar",
                    "etc/jvm.options",
                    "install.ps1",
                    "service/LICENSE.txt",
                    "service/NOTICE.txt",
                    "service/prunsrv.exe",
                    "uninstall.ps1",
                    "web/iis/configure-iis.ps1")) {
                assertThat(zip.getEntry(top + name)).as(name).isNotNull();
            }
            Set<String> folded = new HashSet<>();
            for (ZipEntry entry : zip.stream().toList()) {
                assertThat(entry.getName()).startsWith(top).matches("[ -~&&[^\\\\:*?\"<>|]]+");
                // Windows knows no case, and no path of more than 259 characters without being told.
                assertThat(folded.add(entry.getName().toLowerCase(java.util.Locale.ROOT)))
                        .as(entry.getName())
                        .isTrue();
                assertThat(entry.getName().length()).isLessThan(150);
            }
        }
    }

    @Test
    void theCommandFileHasWindowsLineEnds() throws Exception {
        String text = Files.readString(Built.TARGET.resolve("windows/bin/difusor.cmd"));
        assertThat(text.replace("\r\n", "")).doesNotContain("\n", "\r");
        assertThat(text).startsWith("@echo off\r\n").contains("@%installation%\\etc\\jvm.options");
    }
}
