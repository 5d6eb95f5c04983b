package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** paramiko: looks at each file after closing it. */
class ParamikoTest {
    private static final String PYTHON = "/usr/bin/python3";

    @TempDir
    Path home;

    private Door door;

    @BeforeEach
    void open() throws Exception {
        Peer.require(PYTHON);
        door = Door.open(home);
        if (door.run(PYTHON, "-c", "import paramiko").exit() != 0) {
            Peer.require("python3-paramiko");
        }
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String python(String key, String... lines) throws Exception {
        List<String> script = new ArrayList<>(List.of(
                "import os, paramiko",
                "client = paramiko.SSHClient()",
                "client.load_host_keys('known_hosts')",
                "client.connect('127.0.0.1', port=" + door.port() + ", username='iee', key_filename='" + key
                        + "', allow_agent=False, look_for_keys=False)",
                "sftp = client.open_sftp()"));
        script.addAll(List.of(lines));
        return door.ran(
                PYTHON, door.script("script.py", script.toArray(String[]::new)).toString());
    }

    @Test
    void uploadsStatsAndFetches() throws Exception {
        Digest digest = door.pack("prep.zip", 2_000_000);
        String output = python(
                "id",
                "sftp.put('prep.zip', 'prep.zip')",
                "sftp.put('prep.zip.p7s', 'prep.zip.p7s')",
                "sftp.utime('prep.zip', (1700000000, 1700000000))",
                "print(sftp.stat('prep.zip').st_size, sftp.listdir('/'), sftp.getcwd())");
        assertThat(output).contains("2000000", "acuses", "entrada", "historico", "publicado");
        door.awaitAccepted("prep.zip", digest);

        output = python(
                "id",
                "print(sftp.open('/acuses/prep.zip.json').read())",
                "print(sftp.open('/publicado/index.html').read())",
                "print(sftp.open('/historico/pel-2024/000001/prep.zip').read())",
                "print(len(sftp.open('prep.zip').read()))");
        assertThat(output).contains("accepted", "published", "archived", "2000000");
        door.assertNothingRefused();
    }

    @Test
    void appendsAndRenames() throws Exception {
        Digest digest = door.pack("prep.zip", 1_000_000);
        python(
                "id",
                "data = open('prep.zip', 'rb').read()",
                "f = sftp.open('prep.zip.part', 'wb'); f.write(data[:300000]); f.close()",
                "f = sftp.open('prep.zip.part', 'ab'); f.write(data[300000:]); f.close()",
                "f = sftp.open('prep.zip.part', 'r+b'); f.seek(5); f.write(data[5:10]); f.close()",
                "sftp.rename('prep.zip.part', 'prep.zip')",
                "sftp.put('prep.zip.p7s', 'prep.zip.p7s')");
        door.awaitAccepted("prep.zip", digest);
        door.assertNothingRefused();
    }

    @Test
    void isToldWhyItIsRefused() throws Exception {
        String output = python(
                "id",
                "def refused(f):",
                "  try: f(); print('NOT REFUSED')",
                "  except IOError as e: print(e)",
                "refused(lambda: sftp.open('/publicado/index.html', 'wb'))",
                "refused(lambda: sftp.open('prep.exe', 'wb'))",
                "refused(lambda: sftp.mkdir('folder'))",
                "refused(lambda: sftp.symlink('/publicado', 'x.zip'))",
                "refused(lambda: sftp.truncate('/publicado/index.html', 0))",
                "refused(lambda: sftp.remove('/historico/pel-2024/000001/prep.zip'))",
                "f = sftp.open('prep.zip', 'wb')",
                "refused(lambda: f.truncate(" + (Door.MAX_PACKAGE + 1) + "))",
                "def beyond(): f.seek(" + Door.MAX_PACKAGE + "); f.write(b'x'); f.flush()",
                "refused(beyond)");
        assertThat(output)
                .doesNotContain("NOT REFUSED")
                .contains("file name not taken here", "too large", "no folders")
                .doesNotContain(home.toString());
    }

    @Test
    void logsInWithEveryKindOfKey() throws Exception {
        for (String type : List.of("rsa", "ecdsa")) {
            // paramiko 2.12 cannot read ECDSA keys in the format that ssh-keygen writes today.
            Door.key(door.client, type, type, "-m", "PEM");
            java.nio.file.Files.writeString(
                    door.client.resolve("id.pub"),
                    java.nio.file.Files.readString(door.client.resolve(type + ".pub")),
                    java.nio.file.StandardOpenOption.APPEND);
            assertThat(python(type, "print(sftp.listdir('/'))")).contains("entrada");
        }
    }
}
