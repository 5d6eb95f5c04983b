package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A line of the old scp protocol has an end; files have none but their own. */
class ScpLinesTest {
    private static final int TIMEOUT_MILLIS = 30_000;

    private static ScpLines lines(String text) {
        return new ScpLines(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }

    private static void readOneByOne(InputStream in, int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            assertThat(in.read()).isNotNegative();
        }
    }

    private static String line(int bytes) {
        return "C" + "A".repeat(bytes - 1);
    }

    @Test
    void aLineMayBeAsLongAsTheLimitAndNoLonger() throws IOException {
        try (ScpLines longest = lines((line(ScpLines.MAX_LINE_BYTES) + "\n").repeat(2))) {
            readOneByOne(longest, 2 * (ScpLines.MAX_LINE_BYTES + 1));
            assertThat(longest.read()).isEqualTo(-1);
        }
        try (ScpLines longer = lines(line(ScpLines.MAX_LINE_BYTES + 1))) {
            readOneByOne(longer, ScpLines.MAX_LINE_BYTES);
            assertThatThrownBy(longer::read)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("longer than 4096 bytes");
        }
    }

    @Test
    void aLineOfZerosHasAnEndTooButForTheFirst() throws IOException {
        try (ScpLines zeros = lines("\1" + "\0".repeat(ScpLines.MAX_LINE_BYTES))) {
            readOneByOne(zeros, ScpLines.MAX_LINE_BYTES);
            assertThatThrownBy(zeros::read).isInstanceOf(IOException.class);
        }
    }

    @Test
    void answersWithoutALineAreNotOne() throws IOException {
        int files = 3 * ScpLines.MAX_LINE_BYTES;
        try (ScpLines answers = lines("\0".repeat(files))) {
            readOneByOne(answers, files);
        }
    }

    @Test
    void theBytesOfAFileAreNotCountedAndWhatComesAfterThemIs() throws IOException {
        int file = 10 * ScpLines.MAX_LINE_BYTES;
        try (ScpLines upload = lines("x".repeat(file) + line(ScpLines.MAX_LINE_BYTES + 1))) {
            readOneByOne(upload, ScpLines.MAX_LINE_BYTES);
            assertThat(upload.readNBytes(file - ScpLines.MAX_LINE_BYTES)).hasSize(file - ScpLines.MAX_LINE_BYTES);
            readOneByOne(upload, ScpLines.MAX_LINE_BYTES);
            assertThatThrownBy(upload::read).isInstanceOf(IOException.class);
        }
    }

    /** An upload's header, a client's error to a download, and one to an upload. */
    @ParameterizedTest
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @ValueSource(strings = {"scp -t /entrada|C", "scp -f /publicado/index.html|\1", "scp -t /entrada|\2"})
    void whoSendsALineWithoutAnEndIsToldAndClosed(String attack, @TempDir Path home) throws Exception {
        String[] parts = attack.split("\\|", 2);
        try (Door door = Door.open(home)) {
            Session session = session(door);
            ChannelExec scp = (ChannelExec) session.openChannel("exec");
            scp.setCommand(parts[0]);
            OutputStream commands = scp.getOutputStream();
            InputStream answers = scp.getInputStream();
            scp.connect(TIMEOUT_MILLIS);
            commands.write((parts[1] + "A".repeat(ScpLines.MAX_LINE_BYTES)).getBytes(UTF_8));
            commands.flush();
            assertThat(new String(answers.readAllBytes(), UTF_8))
                    .endsWith("\2a line of the scp protocol is longer than 4096 bytes; upload by sftp instead\n");
            Door.soon().until(scp::isClosed);
            assertThat(scp.getExitStatus()).isEqualTo(2);
            session.disconnect();
        }
    }

    private static Session session(Door door) throws Exception {
        JSch jsch = new JSch();
        jsch.addIdentity(door.client.resolve("id").toString());
        Session session = jsch.getSession("iee", "127.0.0.1", door.endpoint.port());
        session.setConfig("StrictHostKeyChecking", "no");
        session.connect(TIMEOUT_MILLIS);
        return session;
    }
}
