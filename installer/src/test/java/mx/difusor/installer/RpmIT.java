package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The .rpm as the real rpm reads, installs and erases it, in the root of a clean system. */
@EnabledOnOs(OS.LINUX)
class RpmIT {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static Path rpm = Path.of("");

    @BeforeAll
    static void find() throws Exception {
        Tool.needs("rpm");
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".rpm")).toList();
            assertThat(found).as("target/*.rpm").hasSize(1);
            rpm = found.get(0).toAbsolutePath();
        }
    }

    private static String query(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("rpm", "-qp", "--nosignature"));
        command.addAll(List.of(arguments));
        command.add(rpm.toString());
        return Tool.run(command).ok().output();
    }

    @Test
    void everythingIsRootsAndNothingCanBeWrittenByOthersOrChangesWhoRunsIt() throws Exception {
        assertThat(query("--qf", "[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]")
                        .lines())
                .isNotEmpty()
                .allSatisfy(
                        line -> assertThat(line).matches("(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--|l[rwx-]{9}) root:root .*"))
                .contains(
                        "-rwxr-xr-x root:root /usr/lib/difusor/bin/difusor",
                        "-rwxr-xr-x root:root /usr/lib/difusor/runtime/bin/java",
                        "-rwxr-xr-x root:root /usr/lib/difusor/runtime/lib/jspawnhelper",
                        "-rw-r--r-- root:root /usr/lib/difusor/difusor-agent.jar");
    }

    @Test
    void itsDigestsHoldAndNoScriptletFetchesAnything() throws Exception {
        Tool.run(List.of("rpm", "-K", "--nosignature", rpm.toString())).ok();

        assertThat(query("--scripts")).contains("set-up.sh").doesNotContainPattern("curl|wget|dnf|yum|https?://");
    }

    @Test
    void itInstallsRunsAndLeavesTheArchiveBehind() throws Exception {
        Tool.needs("debootstrap", "unshare");
        Tool.needs("root".equals(System.getProperty("user.name")), "only root can install");
        Path root = folder.resolve("root");
        Tool.run(List.of("cp", "-a", CleanDebian.base().toString(), root.toString()))
                .ok();
        try {
            inside(root, "rpm --root $PWD --initdb; rpm --root $PWD --nodeps -i " + rpm);
            String installed = inside(
                            root,
                            "chroot . stat -c '%U:%G %a %n' /etc/difusor/difusor.yaml /var/lib/difusor;"
                                    + " chroot . difusor --version; chroot . ls /var/cache/difusor")
                    .output();
            assertThat(installed)
                    .contains(
                            "root:difusor 640 /etc/difusor/difusor.yaml",
                            "difusor:difusor 711 /var/lib/difusor",
                            "difusor 0.");

            inside(root, "rpm --root $PWD --nodeps -e difusor");

            assertThat(root.resolve("usr/lib/difusor")).doesNotExist();
            assertThat(root.resolve("var/cache/difusor")).doesNotExist();
            assertThat(root.resolve("etc/difusor/difusor.yaml")).exists();
            assertThat(root.resolve("var/lib/difusor/keys/ssh_host_ed25519_key"))
                    .exists();
        } finally {
            Tool.run(List.of("rm", "-rf", "--one-file-system", root.toString())).ok();
        }
    }

    private static Tool.Result inside(Path root, String script) throws Exception {
        return Tool.run(
                        root,
                        Map.of(),
                        List.of(
                                "unshare",
                                "--mount",
                                "--pid",
                                "--fork",
                                "bash",
                                "-euc",
                                // Inside there is no Java but the package's.
                                "unset JAVA_HOME\nmount -t proc proc proc\nmount --rbind /dev dev\n" + script))
                .ok();
    }
}
