package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** rclone: several connections, probes for a shell, times set and sizes read after closing. */
class RcloneTest {
    @TempDir
    Path home;

    private Door door;

    @BeforeEach
    void open() throws Exception {
        Peer.require("rclone");
        door = Door.open(home);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String[] rclone(String... more) {
        List<String> command = new ArrayList<>(List.of("rclone", "--config", "/dev/null", "--retries", "1"));
        command.addAll(List.of(more));
        command.replaceAll(word -> word.replace(
                "iee:",
                ":sftp,host=127.0.0.1,port=" + door.port() + ",user=iee,key_file=id,known_hosts_file=known_hosts:"));
        return command.toArray(String[]::new);
    }

    @Test
    void copiesAFolderTwiceAndReadsWhatIsThere() throws Exception {
        Path out = Files.createDirectories(door.client.resolve("out"));
        List<Digest> digests = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            digests.add(door.pack("prep-" + i + ".zip", 300_000));
            for (String name : List.of("prep-" + i + ".zip", "prep-" + i + ".zip.p7s")) {
                Files.move(door.client.resolve(name), out.resolve(name));
            }
        }
        door.ran(rclone("copy", "out", "iee:/entrada"));
        for (int i = 0; i < 4; i++) {
            door.awaitAccepted("prep-" + i + ".zip", digests.get(i));
        }
        assertThat(door.ran(rclone("-v", "copy", "out", "iee:"))).contains("nothing to transfer");
        assertThat(door.ran(rclone("lsf", "iee:/acuses"))).contains("prep-0.zip.json");
        assertThat(door.ran(rclone("cat", "iee:/acuses/prep-3.zip.json"))).contains("accepted");
        door.ran(rclone("copy", "iee:/publicado", "site"));
        assertThat(door.client.resolve("site/index.html")).hasContent("published");
        assertThat(door.ran(rclone("cat", "iee:/historico/pel-2024/000001/prep.zip")))
                .contains("archived");
        door.assertNothingRefused();
    }

    @Test
    void isRefusedWhereItMayNotWriteAndToldWhy() throws Exception {
        door.pack("prep.zip", 10);
        assertThat(door.refused(rclone("copyto", "prep.zip", "iee:/publicado/index.html")))
                .contains("permission denied");
        assertThat(door.refused(rclone("copyto", "prep.zip", "iee:/entrada/prep.exe")))
                .contains("file name not taken here");
        assertThat(home.resolve("releases/pel-2024/r1/index.html")).hasContent("published");
    }

    @Test
    void aFullArchiveSaysSoInWords() throws Exception {
        door.pack("prep.zip", 300_000);
        door.space.budgetLeft = 200_000;
        assertThat(door.refused(rclone("copyto", "prep.zip", "iee:/entrada/prep.zip")))
                .contains("no space left here for prep.zip");
    }
}
