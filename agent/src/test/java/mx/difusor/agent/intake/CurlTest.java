package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import mx.difusor.agent.model.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** curl with libssh2, for SFTP and scp. */
class CurlTest {
    @TempDir
    Path home;

    private Door door;

    @BeforeEach
    void open() throws Exception {
        Peer.require("curl");
        door = Door.open(home);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String[] curl(String... more) {
        List<String> command =
                new ArrayList<>(List.of("curl", "-q", "-sS", "-k", "-u", "iee:", "--key", "id", "--pubkey", "id.pub"));
        for (String word : more) {
            command.add(word.replace("://iee", "://127.0.0.1:" + door.port()));
        }
        return command.toArray(String[]::new);
    }

    @Test
    void uploadsAndFetches() throws Exception {
        Digest digest = door.pack("prep.zip", 2_000_000);
        door.ran(curl("-T", "{prep.zip,prep.zip.p7s}", "sftp://iee/entrada/"));
        door.awaitAccepted("prep.zip", digest);

        assertThat(door.ran(curl("sftp://iee/acuses/prep.zip.json"))).isEqualTo("accepted");
        assertThat(door.ran(curl("sftp://iee/publicado/index.html"))).isEqualTo("published");
        assertThat(door.ran(curl("sftp://iee/historico/pel-2024/000001/prep.zip")))
                .isEqualTo("archived");
        assertThat(door.ran(curl("-l", "sftp://iee/acuses/"))).contains("prep.zip.json");
        door.assertNothingRefused();
    }

    @Test
    void resumes() throws Exception {
        Digest digest = door.pack("prep.zip", 1_000_000);
        Path whole = door.client.resolve("prep.zip");
        byte[] part = Arrays.copyOf(Files.readAllBytes(whole), 300_000);
        Files.write(door.client.resolve("part"), part);
        door.ran(curl("-T", "part", "sftp://iee/entrada/prep.zip"));
        door.ran(curl("-C", "-", "-T", "prep.zip", "sftp://iee/entrada/prep.zip"));
        door.ran(curl("-T", "prep.zip.p7s", "sftp://iee/entrada/prep.zip.p7s"));
        door.awaitAccepted("prep.zip", digest);
        door.assertNothingRefused();
    }

    @Test
    void renamesAfterwards() throws Exception {
        Digest digest = door.pack("prep.zip", 100_000);
        door.ran(curl("-T", "prep.zip.p7s", "sftp://iee/entrada/"));
        door.ran(curl(
                "-T",
                "prep.zip",
                "-Q",
                "-rename /entrada/prep.zip.part /entrada/prep.zip",
                "sftp://iee/entrada/prep.zip.part"));
        door.awaitAccepted("prep.zip", digest);
    }

    @Test
    void uploadsWithScp() throws Exception {
        Digest digest = door.pack("prep.zip", 500_000);
        door.ran(curl("-T", "prep.zip", "scp://iee/entrada/prep.zip"));
        door.ran(curl("-T", "prep.zip.p7s", "scp://iee/entrada/prep.zip.p7s"));
        door.awaitAccepted("prep.zip", digest);
        assertThat(door.ran(curl("scp://iee/acuses/prep.zip.json"))).isEqualTo("accepted");
    }

    @Test
    void isRefusedWhereItMayNotWrite() throws Exception {
        door.pack("prep.zip", 10);
        door.refused(curl("-T", "prep.zip", "sftp://iee/publicado/index.html"));
        door.refused(curl("-T", "prep.zip", "sftp://iee/entrada/prep.exe"));
        door.refused(curl("-T", "prep.zip", "--ftp-create-dirs", "sftp://iee/entrada/folder/prep.zip"));
        assertThat(home.resolve("releases/pel-2024/r1/index.html")).hasContent("published");
    }

    /** libssh2 drops the text of a status and the error stream of SFTP: curl has a number to show and no words. */
    @Test
    void aFullArchiveIsRefusedAtOnce() throws Exception {
        door.pack("prep.zip", 300_000);
        door.space.budgetLeft = 0;
        assertThat(door.refused(curl("-T", "prep.zip", "sftp://iee/entrada/prep.zip")))
                .contains("Upload failed");
        assertThat(door.inbox()).isEmptyDirectory();
    }
}
