package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that cannot succeed says why and what to do, in one message, and ends. */
class StartIT {

    @TempDir
    Path folder;

    private static void clear(Shell.Result result, int code, String... texts) {
        String said = result.output() + result.errors();
        assertThat(result.code()).as(said).isEqualTo(code);
        assertThat(said).contains(texts).contains("cure:").doesNotContain("\tat ", "Exception");
    }

    private Shell.Result run(Site site) throws Exception {
        return site.cli("run", "--config", site.config().toString());
    }

    @Test
    void aPortThatIsTaken() throws Exception {
        Site site = Site.open(folder);
        try (ServerSocket taken = new ServerSocket(site.sftpPort, 1, InetAddress.getLoopbackAddress())) {
            clear(run(site), 1, "127.0.0.1:" + taken.getLocalPort());
        }
        try (ServerSocket taken = new ServerSocket(site.statusPort, 1, InetAddress.getLoopbackAddress())) {
            clear(run(site), 1, ":" + taken.getLocalPort());
        }
    }

    @Test
    void everyErrorOfTheConfigurationAtOnceWithItsPlace() throws Exception {
        Site site = Site.open(folder);
        String yaml = Files.readString(site.config())
                .replace("cadence: PT15M", "cadence: often")
                .replace("authorizedKeys: keys/iee.pub", "authorizedKeys: keys/nobody.pub");
        Files.writeString(site.config(), yaml + "color: red\n");
        clear(run(site), 3, "difusor.yaml:5:98:", "often", "keys/nobody.pub", "color");
        clear(site.cli("check-config", "--config", site.config().toString()), 3, "often", "nobody.pub", "color");
        assertThat(site.cli("check-config", "--config", "/nowhere.yaml").code()).isEqualTo(3);
    }

    @Test
    void aHomeThatCannotBeWritten() throws Exception {
        Site site = Site.open(folder);
        Files.delete(site.home.resolve("releases"));
        Files.writeString(site.home.resolve("releases"), "a file where a folder should be");
        clear(run(site), 1, "home");
    }

    @Test
    void aLiveRootThatIsARealFolder() throws Exception {
        Site site = Site.open(folder);
        Files.createDirectory(site.live());
        clear(run(site), 1, site.live().toString());
    }

    @Test
    void aHostKeyThatIsNoKey() throws Exception {
        Site site = Site.open(folder);
        Files.writeString(site.home.resolve("keys/ssh_host_ed25519_key"), "not a key");
        clear(run(site), 1, "ssh_host_ed25519_key");
    }

    @Test
    void anAnchorThatIsNoCertificate() throws Exception {
        Site site = Site.open(folder);
        Files.writeString(site.home.resolve("trust/iee-root.pem"), "not a certificate");
        Shell.Result result = run(site);
        assertThat(result.code()).isIn(1, 3);
        assertThat(result.errors()).contains("iee-root.pem", "cure:").doesNotContain("\tat ");
    }

    @Test
    void aSecondAgentOnTheSameHome() throws Exception {
        try (Site site = Site.open(folder).start()) {
            clear(run(site), 1, "another agent");
        }
    }

    @Test
    void aDiskSmallerThanTheBudgetStartsWithAnAlert() throws Exception {
        try (Site site = Site.open(folder)) {
            Files.writeString(site.config(), Files.readString(site.config()) + "archive: {budget: 900000GB}\n");
            site.start();
            assertThat(site.json("/status").path("alerts").toString()).contains("disk-low");
        }
    }
}
