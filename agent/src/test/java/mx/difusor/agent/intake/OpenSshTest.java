package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.model.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenSSH's sftp, scp and scp -O. */
class OpenSshTest {
    @TempDir
    Path home;

    private Door door;

    @BeforeEach
    void open() throws Exception {
        Peer.require("sftp", "scp", "ssh");
        door = Door.open(home);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String[] command(String program, String... more) {
        List<String> command = new ArrayList<>(List.of(
                program, "-F", "/dev/null", "-i", "id", "-o", "UserKnownHostsFile=known_hosts", "-o", "BatchMode=yes"));
        command.addAll(List.of("-o", "IdentitiesOnly=yes", program.equals("ssh") ? "-p" : "-P", door.port()));
        command.addAll(List.of(more));
        return command.toArray(String[]::new);
    }

    private String[] sftp(String... lines) throws IOException {
        return command("sftp", "-b", door.script("batch", lines).toString(), "iee@127.0.0.1");
    }

    @Test
    void aSessionStartsInEntradaAndSeesFourFolders() throws Exception {
        String output = door.ran(sftp("pwd", "ls -1 /", "ls -la /entrada", "cd ..", "pwd", "cd ../../..", "pwd"));

        assertThat(output).contains("Remote working directory: /entrada");
        assertThat(output).contains("/acuses", "/entrada", "/historico", "/publicado");
        assertThat(output).contains("Remote working directory: /\n").doesNotContain(home.toString());
    }

    /** Left to itself it prefers AES-CTR. */
    @Test
    void aStockClientSpeaksAesGcmAndOneSetToAesCtrSpeaksThat() throws Exception {
        String[] quit = {"-b", door.script("batch", "quit").toString(), "iee@127.0.0.1"};
        assertThat(door.ran(command("sftp", concat("-vv", quit))))
                .contains("kex: server->client cipher: aes128-gcm@openssh.com")
                .contains("kex: client->server cipher: aes128-gcm@openssh.com");
        assertThat(door.ran(command("sftp", concat("-vv", concat("-caes256-ctr", quit)))))
                .contains("kex: server->client cipher: aes256-ctr")
                .contains("kex: client->server cipher: aes256-ctr");
    }

    private static String[] concat(String first, String... more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void sftpUploadsLooksAfterwardsAndFetchesTheReceipt() throws Exception {
        Digest digest = door.pack("prep-0001.zip", 3_000_000);
        String output = door.ran(sftp(
                "put -p prep-0001.zip", "put prep-0001.zip.p7s", "ls -l prep-0001.zip", "chmod 644 prep-0001.zip"));
        assertThat(output).contains("3000000");
        door.awaitAccepted("prep-0001.zip", digest);

        output = door.ran(sftp(
                "ls -1", "get prep-0001.zip again.zip", "ls -1 /acuses", "get /acuses/prep-0001.zip.json receipt"));
        assertThat(output).contains("/acuses/prep-0001.zip.json");
        assertThat(door.client.resolve("receipt")).hasContent("accepted");
        assertThat(Receipts.digest(door.client.resolve("again.zip"))).isEqualTo(digest);
    }

    @Test
    void whatIsLiveAndWhatWasArchivedCanBeReadAndNotWritten() throws Exception {
        door.pack("prep.zip", 10);
        door.ran(sftp(
                "get /publicado/index.html",
                "get /historico/pel-2024/000001/prep.zip archived",
                "ls /publicado/datos"));
        assertThat(door.client.resolve("index.html")).hasContent("published");
        assertThat(door.client.resolve("archived")).hasContent("archived");

        for (String line : List.of(
                "put prep.zip /publicado/index.html",
                "put prep.zip /publicado/prep.zip",
                "put prep.zip /historico/prep.zip",
                "put prep.zip /acuses/prep.zip.json",
                "put prep.zip /prep.zip",
                "rm /publicado/index.html",
                "rename /publicado/index.html /entrada/x.zip",
                "rename /publicado/index.html /publicado/other.html",
                "chmod 777 /publicado/index.html",
                "mkdir /entrada/folder",
                "mkdir /publicado/folder",
                "rmdir /publicado/datos",
                "rmdir /entrada",
                "symlink /publicado/index.html /entrada/x.zip",
                "ln /publicado/index.html /entrada/x.zip",
                "put prep.zip prep.exe",
                "get /publicado/../../keys/ssh_host_ed25519_key",
                "get /keys/ssh_host_ed25519_key",
                "ls /etc")) {
            assertThat(door.refused(sftp(line))).as(line).doesNotContain(home.toString());
        }
        assertThat(home.resolve("releases/pel-2024/r1/index.html")).hasContent("published");
        assertThat(home.resolve("archive/pel-2024/000001/prep.zip")).hasContent("archived");
        assertThat(door.inbox()).isEmptyDirectory();
    }

    @Test
    void noLinkLeadsOutOfAFolder() throws Exception {
        Files.createSymbolicLink(home.resolve("archive/link"), home.resolve("keys"));
        Files.createSymbolicLink(home.resolve("archive/key"), home.resolve("keys/ssh_host_ed25519_key"));
        Files.writeString(home.resolve("archive/.hidden"), "hidden");

        assertThat(door.ran(sftp("ls -1a /historico"))).doesNotContain("link", "key", "hidden");
        for (String path : List.of("link", "key", ".hidden", "link/ssh_host_ed25519_key")) {
            door.refused(sftp("get /historico/" + path + " stolen"));
        }
    }

    @Test
    void publicadoFollowsTheLiveLink() throws Exception {
        Files.createDirectories(home.resolve("releases/pel-2024/r2"));
        Files.writeString(home.resolve("releases/pel-2024/r2/index.html"), "newer");
        Files.delete(home.resolve("live"));
        assertThat(door.ran(sftp("ls -1 /publicado"))).doesNotContain("index.html");
        Files.createSymbolicLink(home.resolve("live"), Path.of("releases/pel-2024/r2"));

        door.ran(sftp("get /publicado/index.html"));

        assertThat(door.client.resolve("index.html")).hasContent("newer");
    }

    @Test
    void anUploadThatWasCutOffIsResumedWithReput() throws Exception {
        Digest digest = door.pack("prep.zip", 2_000_000);
        Files.write(
                door.client.resolve("part"),
                java.util.Arrays.copyOf(Files.readAllBytes(door.client.resolve("prep.zip")), 700_000));
        door.ran(sftp("put prep.zip.p7s"));
        door.ran(sftp("put part prep.zip.part", "rename prep.zip.part prep.zip", "reput prep.zip"));

        door.awaitAccepted("prep.zip", digest);
        door.assertNothingRefused();
    }

    @Test
    void anUploaderThatVanishesIsWaitedForAndMayResume() throws Exception {
        Digest digest = door.pack("prep.zip", 30_000_000);
        door.ran(sftp("put prep.zip.p7s"));
        Path script = door.script("slow", "put prep.zip");
        Process process = Peer.start(
                door.client,
                Map.of(),
                List.of(command("sftp", "-l", "4000", "-b", script.toString(), "iee@127.0.0.1")),
                door.client.resolve("slow.txt"));
        Door.soon()
                .until(() -> Files.exists(door.inbox().resolve("prep.zip"))
                        && Files.size(door.inbox().resolve("prep.zip")) > 100_000);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

        long part = Files.size(door.inbox().resolve("prep.zip"));
        assertThat(part).isLessThan(30_000_000);
        awaitTheTimeAfterTheSession();
        assertThat(door.desk.decisions()).as("a part is not refused").isEmpty();

        door.ran(sftp("reput prep.zip"));
        door.awaitAccepted("prep.zip", digest);
        door.assertNothingRefused();
    }

    /** In which a part that the desk may see would be refused. */
    private void awaitTheTimeAfterTheSession() {
        Door.soon().until(() -> !door.endpoint.visited());
        Door.soon().pollDelay(Bounds.QUIET.plusSeconds(2)).until(() -> true);
    }

    @Test
    void theSignatureMayComeFirst() throws Exception {
        Digest digest = door.pack("prep.zip", 500_000);
        door.ran(sftp("put prep.zip.p7s"));
        door.ran(sftp("put prep.zip"));
        door.awaitAccepted("prep.zip", digest);
    }

    @Test
    void theSameNameMayComeAgainWithAnotherPackageInside() throws Exception {
        Digest first = door.pack("prep.zip", 400_000);
        Files.move(door.client.resolve("prep.zip"), door.client.resolve("first"));
        Files.move(door.client.resolve("prep.zip.p7s"), door.client.resolve("first.p7s"));
        Files.writeString(door.client.resolve("second"), "another");
        Digest second = Receipts.digest(door.client.resolve("second"));
        Files.writeString(door.client.resolve("second.p7s"), second.hex());

        door.ran(sftp(
                "put first prep.zip",
                "put first.p7s prep.zip.p7s",
                "put second prep.zip",
                "put second.p7s prep.zip.p7s"));

        door.awaitAccepted("prep.zip", first);
        door.awaitAccepted("prep.zip", second);
        door.assertNothingRefused();
    }

    @Test
    void tenPackagesAtOnceFromTenClients() throws Exception {
        List<Digest> digests = new ArrayList<>();
        List<Process> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            digests.add(door.pack("prep-" + i + ".zip", 300_000 + i));
            Path script = door.script("batch" + i, "put prep-" + i + ".zip", "put prep-" + i + ".zip.p7s");
            clients.add(Peer.start(
                    door.client,
                    Map.of(),
                    List.of(command("sftp", "-b", script.toString(), "iee@127.0.0.1")),
                    door.client.resolve("client" + i + ".txt")));
        }
        for (Process client : clients) {
            assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(client.exitValue()).isZero();
        }
        for (int i = 0; i < 10; i++) {
            door.awaitAccepted("prep-" + i + ".zip", digests.get(i));
        }
        door.assertNothingRefused();
    }

    @Test
    void aChangeDuringAnOfferWaitsForTheVerdict() throws Exception {
        Digest digest = door.pack("prep.zip", 100_000);
        CountDownLatch free = new CountDownLatch(1);
        door.desk.busyWith(() -> Door.soon().until(() -> free.getCount() == 0));
        Process client = Peer.start(
                door.client,
                Map.of(),
                List.of(sftp("put prep.zip", "put prep.zip.p7s", "rm prep.zip")),
                door.client.resolve("busy.txt"));
        Door.soon().until(() -> Files.exists(door.inbox().resolve("prep.zip.p7s")));
        Door.soon().during(java.time.Duration.ofSeconds(2)).until(client::isAlive);
        free.countDown();

        assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(client.exitValue()).isZero();
        door.awaitAccepted("prep.zip", digest);
    }

    @Test
    void scpUploadsAndOverwritesAndFetches() throws Exception {
        scp();
    }

    @Test
    void scpWithTheOldProtocolUploadsAndOverwritesAndFetches() throws Exception {
        scp("-O");
    }

    private void scp(String... options) throws Exception {
        Digest digest = door.pack("prep.zip", 1_000_000);
        Files.write(door.client.resolve("longer"), new byte[1_500_000]);
        door.ran(scpCommand(options, "-p", "longer", "iee@127.0.0.1:prep.zip"));
        door.ran(scpCommand(options, "-p", "prep.zip", "prep.zip.p7s", "iee@127.0.0.1:/entrada"));
        door.awaitAccepted("prep.zip", digest);

        door.ran(scpCommand(options, "iee@127.0.0.1:/acuses/prep.zip.json", "iee@127.0.0.1:prep.zip", "got"));
        assertThat(door.client.resolve("got/prep.zip.json")).hasContent("accepted");
        assertThat(Receipts.digest(door.client.resolve("got/prep.zip"))).isEqualTo(digest);
        door.ran(scpCommand(options, "-r", "iee@127.0.0.1:/publicado", "site"));
        assertThat(door.client.resolve("site/index.html")).hasContent("published");

        for (String target : List.of("/publicado/index.html", "/publicado", "/historico/x.zip", "/acuses", "x.exe")) {
            assertThat(door.refused(scpCommand(options, "prep.zip", "iee@127.0.0.1:" + target)))
                    .doesNotContain(home.toString());
        }
        door.refused(scpCommand(options, "-r", "got", "iee@127.0.0.1:"));
        assertThat(home.resolve("releases/pel-2024/r1/index.html")).hasContent("published");
    }

    private String[] scpCommand(String[] options, String... more) throws IOException {
        Files.createDirectories(door.client.resolve("got"));
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(more));
        return command("scp", all.toArray(String[]::new));
    }

    @Test
    void scpOfTheOldProtocolThatVanishesLeavesAPart() throws Exception {
        door.pack("prep.zip", 30_000_000);
        door.ran(sftp("put prep.zip.p7s"));
        Process process = Peer.start(
                door.client,
                Map.of(),
                List.of(command("scp", "-O", "-l", "4000", "prep.zip", "iee@127.0.0.1:")),
                door.client.resolve("slow.txt"));
        Door.soon()
                .until(() -> Files.exists(door.inbox().resolve("prep.zip"))
                        && Files.size(door.inbox().resolve("prep.zip")) > 100_000);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

        awaitTheTimeAfterTheSession();
        assertThat(door.desk.decisions()).as("a part is not refused").isEmpty();
    }

    @Test
    void tooLargeIsRefused() throws Exception {
        Path large = door.client.resolve("large.zip");
        try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(Door.MAX_PACKAGE + 1);
        }
        door.refused(sftp("put large.zip"));
        door.refused(command("scp", "large.zip", "iee@127.0.0.1:"));
        assertThat(door.refused(command("scp", "-O", "large.zip", "iee@127.0.0.1:")))
                .contains("too large");
        assertThat(Files.size(door.inbox().resolve("large.zip"))).isLessThanOrEqualTo(Door.MAX_PACKAGE);
    }

    @Test
    void noShellNoCommandNoForwarding() {
        assertThat(door.refused(command("ssh", "iee@127.0.0.1"))).doesNotContain(home.toString());
        assertThat(door.refused(command("ssh", "iee@127.0.0.1", "id"))).contains("only sftp and scp");
        assertThat(door.refused(command("ssh", "iee@127.0.0.1", "scp -t"))).contains("only sftp and scp");
        assertThat(door.run(command("ssh", "iee@127.0.0.1", "scp -t x; id")).output())
                .doesNotContain("uid=");
        door.refused(command("ssh", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:9", "-N", "iee@127.0.0.1"));
        assertThat(door.refused(command("ssh", "-W", "127.0.0.1:" + door.port(), "iee@127.0.0.1")))
                .containsAnyOf("prohibited", "unknown channel type", "open failed");
    }

    @Test
    void aFullArchiveSaysSoInWords() throws Exception {
        door.pack("prep.zip", 300_000);
        door.space.budgetLeft = 200_000;
        String why = "no space left here for prep.zip: it needs ";
        assertThat(door.refused(sftp("put prep.zip"))).contains(why);
        assertThat(door.refused(command("scp", "prep.zip", "iee@127.0.0.1:"))).contains(why);
        door.ran(sftp("rm prep.zip"));
        assertThat(door.refused(command("scp", "-O", "prep.zip", "iee@127.0.0.1:")))
                .contains(why + "300000 bytes more and 200000 are left of the archive's budget");
        assertThat(door.inbox().resolve("prep.zip"))
                .as("announced, so nothing was begun")
                .doesNotExist();

        door.space.budgetLeft = 0;
        assertThat(door.refused(sftp("put prep.zip"))).contains(why + "1 bytes more and 0 are left");
        assertThat(door.inbox()).isEmptyDirectory();
        door.ran(sftp("put prep.zip.p7s"));
    }

    @Test
    void whatWasRefusedForItsSizeIsAnsweredSo() throws Exception {
        door.pack("prep.zip", 300_000);
        door.space.budgetLeft = 200_000;
        assertThat(door.refused(command("scp", "prep.zip", "prep.zip.p7s", "iee@127.0.0.1:")))
                .contains("no space left here for prep.zip");
        Door.soon().untilAsserted(() -> assertThat(door.desk.decisions()).isNotEmpty());
        assertThat(door.desk.decisions()).containsExactly("rejected prep.zip budget-exceeded");
    }
}
