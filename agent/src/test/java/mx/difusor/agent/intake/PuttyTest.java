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
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PuTTY's psftp and pscp. */
class PuttyTest {
    @TempDir
    Path home;

    private Door door;

    @BeforeEach
    void open() throws Exception {
        Peer.require("psftp", "pscp", "puttygen", "ssh-keygen");
        door = Door.open(home);
        door.ran("puttygen", "id", "-O", "private", "-o", "id.ppk");
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String[] putty(String program, String... more) {
        String fingerprint = door.ran(
                "ssh-keygen",
                "-lf",
                home.resolve("keys/ssh_host_ed25519_key.pub").toString());
        List<String> command = new ArrayList<>(List.of(program, "-batch", "-noagent", "-i", "id.ppk"));
        command.addAll(List.of("-P", door.port(), "-hostkey", fingerprint.replaceAll(".*(SHA256:\\S+).*\\R*", "$1")));
        command.addAll(List.of(more));
        return command.toArray(String[]::new);
    }

    private String[] psftp(String... lines) throws Exception {
        return putty("psftp", "-b", door.script("batch", lines).toString(), "iee@127.0.0.1");
    }

    @Test
    void psftpUploadsAndFetches() throws Exception {
        Digest digest = door.pack("prep.zip", 2_000_000);
        String output = door.ran(psftp("pwd", "put prep.zip", "put prep.zip.p7s", "ls"));
        assertThat(output).contains("/entrada").contains("2000000");
        door.awaitAccepted("prep.zip", digest);

        door.ran(psftp(
                "get /acuses/prep.zip.json receipt",
                "get /publicado/index.html",
                "get /historico/pel-2024/000001/prep.zip archived"));
        assertThat(door.client.resolve("receipt")).hasContent("accepted");
        assertThat(door.client.resolve("index.html")).hasContent("published");
        assertThat(door.client.resolve("archived")).hasContent("archived");
    }

    @Test
    void psftpResumesAndRenames() throws Exception {
        Digest digest = door.pack("prep.zip", 1_000_000);
        byte[] part = Arrays.copyOf(Files.readAllBytes(door.client.resolve("prep.zip")), 300_000);
        Files.write(door.client.resolve("part"), part);
        door.ran(psftp("put part prep.zip.part", "reput prep.zip prep.zip.part", "mv prep.zip.part prep.zip"));
        door.ran(psftp("put prep.zip.p7s"));
        door.awaitAccepted("prep.zip", digest);
        door.assertNothingRefused();
    }

    @Test
    void pscpUploadsAndFetchesOverBothProtocols() throws Exception {
        for (String protocol : List.of("-sftp", "-scp")) {
            Digest digest = door.pack("prep" + protocol + ".zip", 500_000);
            String name = "prep" + protocol + ".zip";
            door.ran(putty("pscp", protocol, "-p", name, name + ".p7s", "iee@127.0.0.1:"));
            door.awaitAccepted(name, digest);
            door.ran(putty("pscp", protocol, "iee@127.0.0.1:/acuses/" + name + ".json", "receipt"));
            assertThat(door.client.resolve("receipt")).hasContent("accepted");
        }
        door.assertNothingRefused();
    }

    @Test
    void isRefusedWhereItMayNotWrite() throws Exception {
        door.pack("prep.zip", 10);
        assertThat(door.run(psftp("put prep.zip /publicado/index.html")).output())
                .contains("permission denied");
        door.refused(putty("pscp", "-scp", "prep.zip", "iee@127.0.0.1:/publicado/index.html"));
        assertThat(home.resolve("releases/pel-2024/r1/index.html")).hasContent("published");
    }

    /** Several times: whether the end overtakes the words is a matter of chance. */
    @RepeatedTest(5)
    void aFullArchiveSaysSoInWords() throws Exception {
        door.pack("prep.zip", 300_000);
        door.space.budgetLeft = 200_000;
        for (String way : new String[] {"-sftp", "-scp"}) {
            assertThat(door.refused(putty("pscp", way, "prep.zip", "iee@127.0.0.1:/entrada/prep.zip")))
                    .as(way)
                    .contains("no space left here for prep.zip");
        }
    }
}
