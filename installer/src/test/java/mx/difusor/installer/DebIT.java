package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What lies in the .deb, and what its scripts do, without installing it. */
@EnabledOnOs(OS.LINUX)
class DebIT {

    @TempDir
    private static Path folder;

    private static Path files = Path.of("");

    @BeforeAll
    static void unpack() throws Exception {
        Tool.needs("dpkg-deb");
        files = folder.resolve("files");
        Tool.run(List.of("dpkg-deb", "-R", Deb.built().toString(), files.toString()))
                .ok();
    }

    @Test
    void everythingIsRootsAndNothingCanBeWrittenByOthersOrChangesWhoRunsIt() throws Exception {
        String listing =
                Tool.run(List.of("dpkg-deb", "-c", Deb.built().toString())).ok().output();

        assertThat(listing.lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .matches("(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--|l[r-][w-][x-][r-]-[x-][r-]-[x-]) root/root .*"));
    }

    @Test
    void whatMustRunCanBeRunAndNothingElse() throws Exception {
        String executable = Tool.bash(files, "find usr -type f -perm /111 -printf '%p\n' | LC_ALL=C sort")
                .ok()
                .output();

        assertThat(executable.lines())
                .containsExactly(
                        "usr/lib/difusor/bin/difusor",
                        "usr/lib/difusor/bin/difusor-prepare",
                        "usr/lib/difusor/installer/set-up.sh",
                        "usr/lib/difusor/runtime/bin/java",
                        "usr/lib/difusor/runtime/lib/jexec",
                        "usr/lib/difusor/runtime/lib/jspawnhelper");
    }

    @Test
    void lintianFindsNoError() throws Exception {
        Tool.needs("lintian");

        Tool.Result checked = Tool.run(List.of(
                "lintian", "--allow-root", "--fail-on", "error", Deb.built().toString()));

        assertThat(checked.code()).as(checked.output()).isZero();
    }

    @Test
    void shellcheckHasNothingToSayAboutTheScripts() throws Exception {
        Tool.needs("shellcheck");

        Tool.bash(
                        files,
                        "shellcheck -s sh -e SC1091 DEBIAN/config DEBIAN/postinst DEBIAN/prerm DEBIAN/postrm"
                                + " usr/lib/difusor/installer/set-up.sh usr/lib/difusor/bin/difusor"
                                + " usr/lib/difusor/bin/difusor-prepare")
                .ok();
    }

    @Test
    void noScriptFetchesAnything() throws Exception {
        try (Stream<Path> scripts = Files.list(files.resolve("DEBIAN"))) {
            for (Path script : scripts.toList()) {
                assertThat(Files.readString(script))
                        .as(script.toString())
                        .doesNotContainPattern("\\b(curl|wget|apt|apt-get|ftp|nc|git|http|https)\\b.*(://| install)");
            }
        }
        assertThat(Files.readString(files.resolve("usr/lib/difusor/installer/set-up.sh")))
                .doesNotContainPattern("curl|wget|apt-get|https?://");
    }

    @Test
    void theSandboxOfTheServiceIsRatedBelowTwo() throws Exception {
        Tool.needs("systemd-analyze");

        Tool.Result rated = Tool.run(List.of(
                "systemd-analyze",
                "security",
                "--offline=yes",
                "--no-pager",
                "--threshold=19",
                files.resolve("usr/lib/systemd/system/difusor.service").toString()));

        assertThat(rated.code()).as(rated.output()).isZero();
        Matcher level = Pattern.compile("exposure level for difusor\\.service: ([0-9.]+)")
                .matcher(rated.output());
        assertThat(level.find()).as(rated.output()).isTrue();
        assertThat(Double.parseDouble(level.group(1))).isLessThan(2.0);
    }

    @Test
    void theRuntimeNeedsNoNewerLibraryThanThePackageSays() throws Exception {
        Tool.needs("readelf");
        String needed = Tool.bash(
                        files,
                        "find usr/lib/difusor/runtime -name '*.so' -o -path '*/bin/java' | xargs readelf -V -d |"
                                + " grep -oE 'GLIBC_[0-9.]+|NEEDED.*' | sort -u")
                .ok()
                .output();

        Matcher version = Pattern.compile("GLIBC_(\\d+)\\.(\\d+)").matcher(needed);
        int newest = 0;
        while (version.find()) {
            newest = Math.max(newest, Integer.parseInt(version.group(2)));
        }
        assertThat(newest).isBetween(1, 34);
        assertThat(needed.lines().filter(line -> line.startsWith("NEEDED")))
                .allSatisfy(line -> assertThat(line)
                        .containsPattern("\\[(libc|libm|libdl|libpthread|librt|libz|libgcc_s|libstdc\\+\\+|ld-linux.*"
                                + "|libjvm|libjava|libjli|libnet|libnio|libverify|libjimage|libzip)\\.so"));
    }

    @Test
    void theRuntimesOwnClassArchiveFitsAfterUnpacking() throws Exception {
        Tool.run(List.of(files.resolve("usr/lib/difusor/runtime/bin/java").toString(), "-Xshare:on", "-version"))
                .ok();
    }
}
