package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import mx.difusor.installer.Tool.Result;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The .tar.gz for any Unix: what is in it, and what its install.sh and uninstall.sh do below another root. */
class UnixArchiveIT {

    private static final Path ARCHIVE = Built.TARGET.resolve("difusor-" + Built.VERSION + ".tar.gz");

    @TempDir
    Path folder;

    private Path unpacked() {
        return folder.resolve("difusor-" + Built.VERSION);
    }

    private Path root() {
        return folder.resolve("root");
    }

    private Path lib() {
        return root().resolve("opt/prep/lib");
    }

    @BeforeEach
    void unpack() throws Exception {
        Tool.run(folder, Map.of(), "tar", "-xzf", ARCHIVE.toString()).ok();
    }

    private Result install(Map<String, String> more) throws Exception {
        return Tool.run(
                folder,
                more,
                "sh",
                unpacked().resolve("install.sh").toString(),
                "--root",
                root().toString(),
                "--prefix",
                "/opt/prep",
                "--without-archive");
    }

    private Result installAgain(Map<String, String> more, String... options) throws Exception {
        String[] command = Stream.concat(
                        Stream.of(
                                "sh",
                                unpacked().resolve("install.sh").toString(),
                                "--root",
                                root().toString(),
                                "--without-archive"),
                        Stream.of(options))
                .toArray(String[]::new);
        return Tool.run(folder, more, command);
    }

    private Map<String, String> below(Path where) throws Exception {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(where)) {
            for (Path file : files.toList()) {
                all.put(
                        where.relativize(file).toString(),
                        Files.isSymbolicLink(file)
                                ? Files.readSymbolicLink(file).toString()
                                : Files.getLastModifiedTime(file).toString());
            }
        }
        return all;
    }

    @Test
    void everythingIsRootsInOneFolderAndNobodyElseMayWrite() throws Exception {
        int entries = 0;
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(ARCHIVE)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                assertThat(entry.getName()).startsWith("difusor-" + Built.VERSION + "/");
                assertThat(entry.getLongUserId() + entry.getLongGroupId())
                        .as(entry.getName())
                        .isZero();
                assertThat(entry.getMode() & 07022).as(entry.getName()).isZero();
                assertThat(entry.isFile() || entry.isDirectory())
                        .as(entry.getName())
                        .isTrue();
                // Two builds of one commit give the same bytes.
                assertThat(entry.getLastModifiedTime().toInstant())
                        .as(entry.getName())
                        .isEqualTo(Instant.parse("2026-11-01T00:00:00Z"));
                entries++;
            }
        }
        assertThat(entries).isGreaterThan(30);
    }

    @Test
    void isInstalledUpgradedAndRemovedWithoutTouchingWhatIsTheOperators() throws Exception {
        install(Map.of()).ok();

        Path command = root().resolve("opt/prep/bin/difusor");
        assertThat(Tool.run(folder, Map.of(), command.toString(), "--version")
                        .ok()
                        .output())
                .startsWith("difusor ");
        assertThat(lib().resolve("difusor")).isSymbolicLink();
        Path config = root().resolve("etc/difusor/difusor.yaml");
        assertThat(config).content().contains("home: /var/lib/difusor\n");
        Path key = root().resolve("var/lib/difusor/keys/ssh_host_ed25519_key");
        String ownKey = Files.readString(key);

        // Again: nothing is done.
        Map<String, String> before = below(root());
        install(Map.of()).ok();
        assertThat(below(root())).isEqualTo(before);

        // Newer ones: the link moves, the version before is kept, the one before that is not.
        Files.writeString(config, Files.readString(config) + "# filled in\n");
        String ownConfig = Files.readString(config);
        for (String version : List.of("7.0", "8.0")) {
            Files.writeString(unpacked().resolve("VERSION"), version + "\n");
            install(Map.of()).ok();
            assertThat(Files.readSymbolicLink(lib().resolve("difusor"))).hasToString("difusor-" + version);
        }
        assertThat(lib().resolve("difusor-7.0")).exists();
        assertThat(lib().resolve("difusor-" + Built.VERSION)).doesNotExist();
        assertThat(config).hasContent(ownConfig);
        assertThat(key).hasContent(ownKey);

        Tool.run(
                        folder,
                        Map.of(),
                        "sh",
                        lib().resolve("difusor/uninstall.sh").toString(),
                        "--root",
                        root() + "",
                        "--prefix",
                        "/opt/prep")
                .ok();
        assertThat(below(lib())).containsOnlyKeys("");
        assertThat(Files.exists(command)).isFalse();
        assertThat(config).hasContent(ownConfig);
        assertThat(key).hasContent(ownKey);
    }

    /** The upgrade's step in the manual names no options. */
    @Test
    void whatIsNotGivenAgainStaysAsItWas() throws Exception {
        Path unit = root().resolve("etc/systemd/system/difusor.service");
        installAgain(Map.of(), "--prefix", "/opt/prep", "--user", "prep").ok();
        String first = Files.readString(unit);
        assertThat(first).contains("\nUser=prep\nGroup=prep\n", "\nExecStart=/opt/prep/bin/difusor run ");

        installAgain(Map.of()).ok();
        assertThat(unit).hasContent(first);
        assertThat(root().resolve("usr/local")).doesNotExist();

        installAgain(Map.of(), "--user", "radio").ok();
        assertThat(unit).content().contains("\nUser=radio\n", "\nExecStart=/opt/prep/bin/difusor run ");
    }

    /** Below another root there are no accounts; on the host the account may be in a group of another name. */
    @Test
    void theServiceRunsInTheAccountsOwnGroup() throws Exception {
        String functions = "eval \"$(sed -n '/^group() {/,/^}/p' " + unpacked().resolve("install.sh") + ")\"; group";
        String id = "if [ \"$*\" = '-gn prep' ]; then echo people; else exit 1; fi";
        Map<String, String> accounts = Tool.stub(folder.resolve("stubs"), "id", id);
        Result of = Tool.run(folder, accounts, "sh", "-euc", "root=; user=prep; " + functions);
        assertThat(of.ok().output()).isEqualTo("people\n");
        of = Tool.run(folder, accounts, "sh", "-euc", "root=; user=radio; " + functions);
        assertThat(of.ok().output()).as("one that is not made yet").isEqualTo("radio\n");
    }

    private Result uninstall(Map<String, String> more, Path script) throws Exception {
        return Tool.run(folder, more, "sh", script.toString(), "--root", root().toString());
    }

    @Test
    void theRemovalFindsThePrefixThatTheInstallationWasGiven() throws Exception {
        install(Map.of()).ok();
        uninstall(Map.of(), unpacked().resolve("uninstall.sh")).ok();
        assertThat(below(root().resolve("opt/prep"))).containsOnlyKeys("", "bin", "lib");
        assertThat(root().resolve("etc/systemd/system/difusor.service")).doesNotExist();
    }

    @Test
    void onFreeBsdTheRemovalKnowsThePrefixThatItLiesIn() throws Exception {
        Map<String, String> freeBsd = Tool.stub(folder.resolve("stubs"), "uname", "echo FreeBSD");
        install(freeBsd).ok();

        Result lost = uninstall(freeBsd, unpacked().resolve("uninstall.sh"));
        assertThat(lost.code()).isEqualTo(1);
        assertThat(lost.output()).contains("no program below /usr/local", "cure: give the --prefix");
        assertThat(lib().resolve("difusor")).exists();

        uninstall(freeBsd, lib().resolve("difusor/uninstall.sh")).ok();
        assertThat(below(lib())).containsOnlyKeys("");
        assertThat(root().resolve("opt/prep/etc/rc.d/difusor")).doesNotExist();
    }

    @Test
    void onFreeBsdTheAccountIsThatOfTheScriptOfRc() throws Exception {
        Map<String, String> freeBsd = Tool.stub(folder.resolve("stubs"), "uname", "echo FreeBSD");
        Path script = root().resolve("usr/local/etc/rc.d/difusor");
        installAgain(freeBsd, "--user", "prep").ok();
        String first = Files.readString(script);
        assertThat(first).contains(": \"${difusor_user:=\"prep\"}\"");

        installAgain(freeBsd).ok();
        assertThat(script).hasContent(first);
    }

    @Test
    void anotherBuildOfTheSameVersionLiesBesideTheOneThatRuns() throws Exception {
        install(Map.of()).ok();
        Files.writeString(unpacked().resolve("etc/jvm.options"), "-Xmx300m\n");

        install(Map.of()).ok();

        assertThat(Files.readSymbolicLink(lib().resolve("difusor"))).hasToString("difusor-" + Built.VERSION + "-2");
        assertThat(lib().resolve("difusor-" + Built.VERSION)).exists();
    }

    @Test
    void onFreeBsdEverythingIsWhereHierSaysAndTheScriptOfRcKnowsThePrefix() throws Exception {
        install(Tool.stub(folder.resolve("stubs"), "uname", "echo FreeBSD")).ok();

        assertThat(root().resolve("opt/prep/etc/difusor/difusor.yaml"))
                .content()
                .contains("home: /var/db/difusor\n");
        Path script = root().resolve("opt/prep/etc/rc.d/difusor");
        assertThat(script).isExecutable().content().contains("/opt/prep/bin/difusor", "/opt/prep/etc/difusor/");
        assertThat(script).content().doesNotContain("/usr/local");
        assertThat(root().resolve("etc")).doesNotExist();
    }

    @Test
    void aDryRunSaysWhatItWouldDoAndDoesNothing() throws Exception {
        Result said = Tool.run(
                folder,
                Tool.stub(folder.resolve("stubs"), "uname", "echo FreeBSD"),
                "sh",
                unpacked().resolve("install.sh").toString(),
                "--dry-run",
                "--user",
                "difusor-nobody-has",
                "--prefix",
                root().toString());

        assertThat(said.ok().output())
                .contains("would run: pw useradd -n difusor-nobody-has", "would run: difusor init /var/db/difusor");
        assertThat(root()).doesNotExist();
        assertThat(Path.of("/var/db/difusor")).doesNotExist();
    }

    @Test
    void whatCannotWorkIsRefusedWithItsCureBeforeAnythingIsDone() throws Exception {
        Path old = folder.resolve("old");
        Tool.stub(old.resolve("bin"), "java", "echo '    java.specification.version = 11' >&2");
        Result refused = install(Map.of("JAVA_HOME", old.toString()));
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.output()).contains("older than Java 17", "cure:");
        refused = install(Map.of("JAVA_HOME", "/nowhere"));
        assertThat(refused.output()).contains("no Java at /nowhere", "cure:");
        for (String[] wrong : new String[][] {
            {"--prefix", "relative"}, {"--prefix"}, {"--what"}, {"--user", "a b"}, {"--prefix", "/a|b"}
        }) {
            String[] command = Stream.concat(
                            Stream.of("sh", unpacked().resolve("install.sh").toString()), Stream.of(wrong))
                    .toArray(String[]::new);
            assertThat(Tool.run(folder, Map.of(), command).code())
                    .as(String.join(" ", wrong))
                    .isEqualTo(2);
        }
        assertThat(root()).doesNotExist();
    }

    @Test
    void somebodyElsesCommandOfTheSameNameStays() throws Exception {
        Path theirs = root().resolve("opt/prep/bin/difusor");
        Files.createDirectories(theirs.getParent());
        Files.writeString(theirs, "theirs");

        Result refused = install(Map.of());

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.output()).contains("not ours", "cure:");
        assertThat(theirs).hasContent("theirs");
    }

    @Test
    void theScriptsAreOfPlainShell() throws Exception {
        for (String script : List.of("install.sh", "uninstall.sh", "freebsd/difusor", "bin/difusor")) {
            String file = unpacked().resolve(script).toString();
            assertThat(Tool.run(folder, Map.of(), "shellcheck", "--shell=sh", file)
                            .ok()
                            .output())
                    .isEmpty();
            for (List<String> shell : List.of(List.of("dash"), List.of("busybox", "sh"))) {
                Tool.run(
                                folder,
                                Map.of(),
                                Stream.of(shell, List.of("-n", file))
                                        .flatMap(List::stream)
                                        .toArray(String[]::new))
                        .ok();
            }
        }
    }
}
