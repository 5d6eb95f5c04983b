package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostKeysTest {
    @TempDir
    Path home;

    private Path keys;
    private Path key;

    @BeforeEach
    void make() throws IOException {
        keys = home.resolve("a/keys");
        key = keys.resolve(HostKeys.PRIVATE);
        HostKeys.ensure(keys, new LocalDisk());
    }

    @Test
    void aKeyIsMadeOnceAndIsTheSameAtEachStart() throws Exception {
        assertThat(keys.resolve(HostKeys.PUBLIC)).content().startsWith("ssh-ed25519 ");
        String fingerprint = HostKeys.fingerprint(keys);
        byte[] before = Files.readAllBytes(key);

        HostKeys.ensure(keys, new LocalDisk());

        assertThat(key).hasBinaryContent(before);
        assertThat(HostKeys.fingerprint(keys)).isEqualTo(fingerprint).startsWith("SHA256:");
    }

    @Test
    void aLinkThatLeadsNowhereIsNotWrittenThrough() throws Exception {
        Files.delete(key);
        Files.createSymbolicLink(key, home.resolve("elsewhere"));

        HostKeys.ensure(keys, new LocalDisk());

        assertThat(key).isSymbolicLink();
        assertThat(home.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void aFileOfAnythingButOnePrivateKeyIsNamedWithItsCure() throws Exception {
        Files.delete(key);
        unreadable("no such file");
        for (String text : new String[] {"", "# nothing\n"}) {
            Files.writeString(key, text);
            unreadable("not one private key without a passphrase");
        }
        Files.writeString(key, "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");
        unreadable("");
    }

    private void unreadable(String why) {
        assertThatThrownBy(() -> HostKeys.load(keys))
                .isInstanceOfSatisfying(MachineException.class, e -> {
                    assertThat(e.code()).isEqualTo("host-key-unreadable");
                    assertThat(e.cure()).contains("restore it from a copy", "tell the Institute");
                })
                .hasMessageStartingWith("cannot read the SFTP host key " + key + ": " + why);
    }
}
