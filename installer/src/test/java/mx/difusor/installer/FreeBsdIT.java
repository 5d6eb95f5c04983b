package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mx.difusor.installer.Tool.Result;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rc.d script with the real agent, under small stand-ins for FreeBSD's rc.subr and daemon(8), which no other system
 * has (src/test/resources).
 */
class FreeBsdIT {

    @TempDir
    Path folder;

    private Path script = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private AgentHome home;

    private Path log() {
        return folder.resolve("daemon.log");
    }

    @BeforeEach
    void layTheScript() throws Exception {
        Path resources = Path.of("src/test/resources").toAbsolutePath();
        Path daemon = Files.copy(resources.resolve("daemon"), folder.resolve("daemon"));
        assertThat(daemon.toFile().setExecutable(true)).isTrue();
        String shipped = Files.readString(Built.TARGET.resolve("unix/freebsd/difusor"));
        assertThat(shipped).contains(". /etc/rc.subr", "\"/usr/sbin/daemon\"");
        script = Files.writeString(
                folder.resolve("difusor"),
                shipped.replace("/etc/rc.subr", resources.resolve("rc.subr").toString())
                        .replace("/usr/sbin/daemon", daemon.toString()));
        home = AgentHome.make(folder.resolve("home"));
        configure("YES");
    }

    private void configure(String enable) throws Exception {
        Files.writeString(
                folder.resolve("rc.conf"),
                String.join(
                        "\n",
                        "difusor_enable=" + enable,
                        "difusor_user=" + System.getProperty("user.name"),
                        "difusor_config=" + home.config(),
                        "difusor_run=" + folder.resolve("run"),
                        "difusor_program=" + Built.LAUNCHER,
                        "difusor_java_home=" + System.getProperty("java.home"),
                        "difusor_restart_delay=1",
                        ""));
    }

    private Result service(String action) throws Exception {
        return Tool.run(
                folder,
                Map.of("RC_CONF", folder.resolve("rc.conf").toString(), "DAEMON_LOG", log() + ""),
                "sh",
                script.toString(),
                action);
    }

    private long pid(String file) throws Exception {
        Path path = folder.resolve("run").resolve(file);
        // Its writer empties it first.
        Awaitility.await(file)
                .atMost(Tool.PATIENCE)
                .until(() -> Files.exists(path) && !Files.readString(path).isBlank());
        return Long.parseLong(Files.readString(path).strip());
    }

    private void awaitReadiness() throws Exception {
        Awaitility.await("readiness").atMost(Tool.PATIENCE).until(() -> home.ready());
    }

    private String logged() throws Exception {
        return Files.exists(log()) ? Files.readString(log()) : "";
    }

    @AfterEach
    void endWhatRuns() throws Exception {
        if (service("onestatus").code() == 0) {
            service("onestop");
        }
    }

    @Test
    void isNotStartedUnlessItIsEnabled() throws Exception {
        configure("NO");

        Result refused = service("start");

        assertThat(refused.code()).isNotZero();
        assertThat(refused.output()).contains("difusor_enable");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void isNotStartedOnAConfigurationThatIsNoGood() throws Exception {
        Files.writeString(home.config(), Files.readString(home.config()).replace("event: pel-2024", "event: nowhere"));

        Result refused = service("start");

        assertThat(refused.code()).isNotZero();
        assertThat(refused.output()).contains("nowhere", "not started: correct " + home.config());
        assertThat(service("status").code()).isNotZero();
        assertThat(service("checkconfig").code()).isEqualTo(3);
    }

    @Test
    void anAgentThatDoesNotRunCannotBeReloaded() throws Exception {
        Result refused = service("reload");

        assertThat(refused.code()).isNotZero();
        assertThat(refused.output()).contains("not running");
    }

    /** What docs/install-freebsd.md says to type, with FreeBSD's two programs as far as it takes. */
    @Test
    void isStartedByFollowingThePage() throws Exception {
        configure("NO");
        String typed = """
                set -e
                service() { [ "$1" = difusor ] && sh "$SCRIPT" "$2"; }
                sysrc() { name=${1%%=*}; { grep -v "^$name=" "$RC_CONF"; echo "$1"; } > rc.new && mv rc.new "$RC_CONF"; }
                """ + Manual.block("docs/install-freebsd.md", "rc");

        Tool.run(
                        folder,
                        Map.of(
                                "RC_CONF",
                                folder.resolve("rc.conf") + "",
                                "DAEMON_LOG",
                                log() + "",
                                "SCRIPT",
                                script + ""),
                        "sh",
                        "-c",
                        typed)
                .ok();

        awaitReadiness();
        service("status").ok();
    }

    @Test
    void runsFromStartToStopWhateverHappensToTheAgentMeanwhile() throws Exception {
        service("start").ok();
        awaitReadiness();
        service("status").ok();
        long supervisor = pid("supervisor.pid");
        long agent = pid("agent.pid");
        assertThat(service("start").output()).contains("already running");

        // Killed: another one is started.
        ProcessHandle.of(agent).orElseThrow().destroyForcibly();
        Awaitility.await("another agent")
                .atMost(Tool.PATIENCE)
                .until(() -> Files.exists(folder.resolve("run/agent.pid")) && pid("agent.pid") != agent);
        awaitReadiness();

        // The signal is the agent's, and not its supervisor's, and the site goes on.
        service("reload").ok();
        Awaitility.await("an answer to SIGHUP")
                .atMost(Tool.PATIENCE)
                .until(() -> logged().contains("reloaded") || logged().contains("stopped"));
        awaitReadiness();
        assertThat(pid("supervisor.pid")).isEqualTo(supervisor);

        // A restart that would end in nothing is refused, and what runs goes on.
        String good = Files.readString(home.config());
        Files.writeString(home.config(), good.replace("event: pel-2024", "event: nowhere"));
        assertThat(service("restart").code()).isNotZero();
        assertThat(home.ready()).isTrue();
        Files.writeString(home.config(), good);

        service("restart").ok();
        awaitReadiness();
        assertThat(pid("supervisor.pid")).isNotEqualTo(supervisor);

        long last = pid("agent.pid");
        service("stop").ok();
        assertThat(ProcessHandle.of(last)).isEmpty();
        assertThat(logged()).endsWith("stopped\n");
        List<Path> left = new ArrayList<>();
        try (var files = Files.list(folder.resolve("run"))) {
            files.forEach(left::add);
        }
        assertThat(left).isEmpty();
        assertThat(service("status").code()).isNotZero();
    }
}
