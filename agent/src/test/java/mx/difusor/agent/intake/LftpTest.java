package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import mx.difusor.agent.model.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** lftp: protocol 6, temporary names, sizes and times set before and after. */
class LftpTest {
    @TempDir
    Path home;

    private Door door;

    @BeforeEach
    void open() throws Exception {
        Peer.require("lftp", "ssh");
        door = Door.open(home);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String[] lftp(String commands) {
        String ssh = "ssh -a -x -F /dev/null -i id -o UserKnownHostsFile=known_hosts -o BatchMode=yes";
        return new String[] {
            "lftp",
            "--norc",
            "-c",
            "set sftp:connect-program \"" + ssh + "\"; set net:max-retries 1; set cmd:fail-exit yes; open -u iee,x -p "
                    + door.port() + " sftp://127.0.0.1; " + commands
        };
    }

    @Test
    void uploadsLooksAndFetchesTheReceipt() throws Exception {
        Digest digest = door.pack("prep.zip", 2_000_000);
        assertThat(door.ran(lftp("put prep.zip; put prep.zip.p7s; ls -l; cd ..; ls")))
                .contains("2000000", "historico");
        door.awaitAccepted("prep.zip", digest);

        door.ran(lftp("get /acuses/prep.zip.json; get /publicado/index.html; get /historico/pel-2024/000001/prep.zip"
                + " -o archived; cls /acuses"));
        assertThat(door.client.resolve("prep.zip.json")).hasContent("accepted");
        assertThat(door.client.resolve("index.html")).hasContent("published");
        assertThat(door.client.resolve("archived")).hasContent("archived");
        door.assertNothingRefused();
    }

    @Test
    void uploadsUnderATemporaryNameAndRenames() throws Exception {
        Digest digest = door.pack("prep.zip", 1_000_000);
        door.ran(lftp("set xfer:use-temp-file yes; set xfer:temp-file-name .in.*; put prep.zip.p7s; put prep.zip"));
        door.awaitAccepted("prep.zip", digest);
        door.assertNothingRefused();

        Files.writeString(door.client.resolve("prep.zip"), "the next one");
        Digest next = Receipts.digest(door.client.resolve("prep.zip"));
        Files.writeString(door.client.resolve("prep.zip.p7s"), next.hex());
        door.ran(lftp("set xfer:use-temp-file yes; set xfer:temp-file-name *.part; put prep.zip; put prep.zip.p7s"));
        door.awaitAccepted("prep.zip", next);
        door.assertNothingRefused();
    }

    @Test
    void resumes() throws Exception {
        Digest digest = door.pack("prep.zip", 1_000_000);
        byte[] part = Arrays.copyOf(Files.readAllBytes(door.client.resolve("prep.zip")), 300_000);
        Files.write(door.client.resolve("part"), part);
        door.ran(lftp("put part -o prep.zip; put -c prep.zip; put prep.zip.p7s"));
        door.awaitAccepted("prep.zip", digest);
        door.assertNothingRefused();
    }

    @Test
    void mirrorsAFolderTwice() throws Exception {
        Path folder = Files.createDirectories(door.client.resolve("out"));
        for (int i = 0; i < 3; i++) {
            door.pack("prep-" + i + ".zip", 200_000);
            for (String name : new String[] {"prep-" + i + ".zip", "prep-" + i + ".zip.p7s"}) {
                Files.move(door.client.resolve(name), folder.resolve(name));
            }
        }
        door.ran(lftp("mirror -R --parallel=3 out ."));
        for (int i = 0; i < 3; i++) {
            door.awaitAccepted("prep-" + i + ".zip", Receipts.digest(folder.resolve("prep-" + i + ".zip")));
        }
        door.ran(lftp("mirror -R --only-newer out ."));
        door.assertNothingRefused();
    }

    @Test
    void isRefusedWhereItMayNotWriteAndToldWhy() throws Exception {
        door.pack("prep.zip", 10);
        assertThat(door.refused(lftp("put prep.zip -o /publicado/index.html"))).contains("read only");
        assertThat(door.refused(lftp("put prep.zip -o prep.exe"))).contains("file name not taken here");
        assertThat(door.refused(lftp("mkdir folder"))).contains("no folders");
        assertThat(home.resolve("releases/pel-2024/r1/index.html")).hasContent("published");
    }

    @Test
    void aFullArchiveSaysSoInWords() throws Exception {
        door.pack("prep.zip", 300_000);
        door.space.budgetLeft = 200_000;
        assertThat(door.refused(lftp("put prep.zip"))).contains("no space left here for prep.zip");
        door.space.budgetLeft = 0;
        assertThat(door.refused(lftp("rm prep.zip; put prep.zip"))).contains("0 are left of the archive's budget");
    }
}
