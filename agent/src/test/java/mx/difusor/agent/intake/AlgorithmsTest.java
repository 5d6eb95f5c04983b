package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is offered to whom; and what a stock auditor says of it. */
class AlgorithmsTest {
    /** Newer than ssh-audit 2.5.0, which calls everything that it does not know a warning. */
    private static final Set<String> UNKNOWN_TO_THE_AUDITOR =
            Set.of("mlkem768x25519-sha256", "sntrup761x25519-sha512", "kex-strict-s-v00@openssh.com");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u6",
                "SSH-2.0-OpenSSH_8.2",
                "SSH-2.0-OpenSSH_10.0",
                "SSH-2.0-libssh2_1.11.0",
                "SSH-2.0-PuTTY_Release_0.78",
                "SSH-2.0-paramiko_2.12.0",
                "SSH-2.0-JSCH_2.27.9",
                "SSH-2.0-Go",
                "SSH-2.0-libssh2_1.100.0",
                "SSH-2.0-OpenSSH_99999999999.1",
                "SSH-2.0-"
            })
    void everyClientIsOfferedTheBestAndNothingOld(String identification) {
        Algorithms offered = Algorithms.offeredTo(identification);
        assertThat(offered.keyExchanges())
                .startsWith(BuiltinDHFactories.mlkem768x25519, BuiltinDHFactories.sntrup761x25519)
                .allMatch(kex -> kex.getName().contains("25519"));
        assertThat(offered.ciphers())
                .startsWith(BuiltinCiphers.aes128gcm)
                .allMatch(cipher -> cipher.getName().startsWith("aes"));
        assertThat(offered.macs()).containsExactly(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-libssh2_1.10.0", "SSH-2.0-libssh2_1.9.0_DEV", "SSH-2.0-libssh2_1.8.2"})
    void onlyAnOldLibssh2IsOfferedEncryptAndMac(String identification) {
        assertThat(Algorithms.offeredTo(identification).macs())
                .containsExactly(
                        BuiltinMacs.hmacsha256etm,
                        BuiltinMacs.hmacsha512etm,
                        BuiltinMacs.hmacsha256,
                        BuiltinMacs.hmacsha512);
    }

    @Test
    void theExperimentOfOldOpenSshIsNotOfferedToIt() {
        assertThat(Algorithms.offeredTo("SSH-2.0-OpenSSH_8.9").keyExchanges())
                .doesNotContain(BuiltinDHFactories.sntrup761x25519_openssh);
        assertThat(Algorithms.offeredTo("SSH-2.0-OpenSSH_9.0").keyExchanges())
                .contains(BuiltinDHFactories.sntrup761x25519_openssh);
    }

    @Test
    void theServerSpeaksNothingElse() throws IOException {
        try (SshServer server = SshServer.setUpDefaultServer()) {
            Algorithms.applyTo(server);
            assertThat(server.getKeyExchangeFactories())
                    .extracting(NamedResource::getName)
                    .hasSize(5)
                    .allMatch(name -> name.contains("25519"));
            assertThat(server.getCipherFactoriesNameList())
                    .isEqualTo("aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr");
            assertThat(server.getMacFactoriesNameList())
                    .isEqualTo("hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com");
            assertThat(server.getCompressionFactoriesNameList()).isEqualTo("none");
            assertThat(server.getSignatureFactoriesNameList())
                    .contains("ssh-ed25519", "rsa-sha2-256")
                    .doesNotContain("ssh-rsa", "dss", "cert");
        }
    }

    @Test
    void eachSessionIsOfferedWhatItsClientNeeds() throws IOException {
        Map<String, Object> offered = new HashMap<>();
        Session session = (Session) Proxy.newProxyInstance(
                Session.class.getClassLoader(),
                new Class<?>[] {Session.class},
                (proxy, method, arguments) -> offered.put(method.getName(), arguments[0]));
        try (SshServer server = SshServer.setUpDefaultServer()) {
            Algorithms.applyTo(server);
            server.getSessionListenerProxy()
                    .sessionPeerIdentificationReceived(session, "SSH-2.0-libssh2_1.10.0", List.of());
        }
        assertThat(offered).containsOnlyKeys("setKeyExchangeFactories", "setCipherFactories", "setMacFactories");
        assertThat(String.valueOf(offered.get("setMacFactories"))).contains("hmac-sha2-256", "hmac-sha2-512");
        assertThat((List<?>) offered.get("setMacFactories")).hasSize(4);
    }

    @Test
    void sshAuditFindsNothingToWarnOf(@TempDir java.nio.file.Path home) throws Exception {
        Peer.require("ssh-audit");
        try (Door door = Door.open(home)) {
            Peer.Outcome audit = door.run("ssh-audit", "-n", "-p", door.port(), "127.0.0.1");
            assertThat(audit.output()).contains("(kex) mlkem768x25519-sha256", "(mac) hmac-sha2-256-etm@openssh.com");

            Set<String> unknown = new TreeSet<>();
            List<String> found = new ArrayList<>();
            String subject = "";
            for (String line : audit.output().lines().toList()) {
                if (line.matches("\\([a-z]{3}\\) .*")) {
                    subject = line.substring(6).replaceAll(" .*", "");
                }
                if (line.contains("[warn] unknown algorithm")) {
                    unknown.add(subject);
                } else if (line.contains("[warn]") || line.contains("[fail]") || line.startsWith("(rec) -")) {
                    found.add(line);
                }
            }
            assertThat(found).isEmpty();
            assertThat(UNKNOWN_TO_THE_AUDITOR).containsAll(unknown);

            String json =
                    door.run("ssh-audit", "-j", "-p", door.port(), "127.0.0.1").output();
            assertThat(json)
                    .contains("\"kex\": [{\"algorithm\": \"mlkem768x25519-sha256\"}")
                    .contains("\"compression\": [\"none\"]")
                    .contains("\"raw\": \"SSH-2.0-difusor\"");
            assertThat(audit.exit()).as("ssh-audit's verdict").isIn(0, 2);
        }
    }
}
