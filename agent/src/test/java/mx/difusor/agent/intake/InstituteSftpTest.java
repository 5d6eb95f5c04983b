package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.sshd.common.io.IoOutputStream;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one channel takes and tells, without a client. */
class InstituteSftpTest {
    private static final int UNSUPPORTED = 8;
    private static final int STATUS = 101;

    private final SshServer server = SshServer.setUpDefaultServer();

    private final ChannelSession channel = channel();

    /** Of a session that nobody has to ask. */
    private ChannelSession channel() {
        return new ChannelSession() {
            @Override
            public ServerSession getServerSession() {
                return (ServerSession) Proxy.newProxyInstance(
                        ServerSession.class.getClassLoader(),
                        new Class<?>[] {ServerSession.class},
                        (self, method, arguments) -> method.getName().equals("getFactoryManager") ? server : null);
            }
        };
    }

    private final InstituteSftp sftp;
    private final List<String> told = new ArrayList<>();
    private final List<Buffer> answers = new ArrayList<>();
    private boolean written = true;
    private boolean gone;

    InstituteSftpTest() throws IOException {
        sftp = (InstituteSftp) InstituteSftp.factory().createSubsystem(channel);
    }

    /** Of a client that reads as soon as {@link #written}, and throws once it is {@link #gone}. */
    private IoOutputStream errors() {
        return stream(buffer -> {
            if (gone) {
                throw new IOException("gone");
            }
            told.add(new String(buffer.array(), buffer.rpos(), buffer.available(), UTF_8));
        });
    }

    private interface Sink {
        void take(Buffer buffer) throws IOException;
    }

    private IoOutputStream stream(Sink sink) {
        IoWriteFuture future = (IoWriteFuture) Proxy.newProxyInstance(
                IoWriteFuture.class.getClassLoader(),
                new Class<?>[] {IoWriteFuture.class},
                (self, method, arguments) -> answer(method.getName(), self));
        return (IoOutputStream) Proxy.newProxyInstance(
                IoOutputStream.class.getClassLoader(),
                new Class<?>[] {IoOutputStream.class},
                (self, method, arguments) -> {
                    if (!method.getName().equals("writeBuffer")) {
                        return null;
                    }
                    sink.take((Buffer) arguments[0]);
                    return future;
                });
    }

    private @Nullable Object answer(String method, Object self) {
        return switch (method) {
            case "isDone", "isWritten" -> written;
            case "addListener" -> self;
            default -> null;
        };
    }

    @Test
    void aRefusalIsToldInWordsAndOnce() {
        sftp.tell("nobody listens yet");
        sftp.setIoErrorStream(errors());
        sftp.tell("too large");
        sftp.tell("too large");
        sftp.tell("no room");
        assertThat(told).containsExactly("difusor: too large\n", "difusor: no room\n");
    }

    @Test
    void whoDoesNotReadIsToldNothingMore() {
        sftp.setIoErrorStream(errors());
        written = false;
        sftp.tell("first");
        sftp.tell("second");
        assertThat(told).containsExactly("difusor: first\n");
        written = true;
        sftp.tell("third");
        assertThat(told).containsExactly("difusor: first\n", "difusor: third\n");
    }

    @Test
    void onlySoManyRefusalsAreTold() {
        sftp.setIoErrorStream(errors());
        for (int i = 0; i <= InstituteSftp.MAX_TOLD; i++) {
            sftp.tell("refusal " + i);
        }
        assertThat(told).hasSize(InstituteSftp.MAX_TOLD);
    }

    @Test
    void whoIsGoneIsToldNothing() {
        sftp.setIoErrorStream(errors());
        gone = true;
        assertThatCode(() -> sftp.tell("first")).doesNotThrowAnyException();
        gone = false;
        sftp.tell("second");
        assertThat(told).isEmpty();
    }

    private void send(byte[] bytes) throws IOException {
        sftp.data(channel, bytes, 0, bytes.length);
    }

    private static byte[] length(int length) {
        ByteArrayBuffer packet = new ByteArrayBuffer();
        packet.putInt(length);
        return packet.getCompactData();
    }

    @Test
    void aPacketThatIsTooLargeIsRefusedByItsLengthAlone() throws IOException {
        byte[] length = length(InstituteSftp.MAX_PACKET_BYTES + 1);
        send(Arrays.copyOf(length, 3));
        assertThatThrownBy(() -> send(Arrays.copyOfRange(length, 3, 4)))
                .as("once the length is whole")
                .isInstanceOf(IOException.class)
                .hasMessage("an SFTP packet of more than 266240 bytes");
    }

    /** What an earlier packet left behind it in the buffer is none of it. */
    @Test
    void aLengthIsNotReadBeforeItIsWhole() throws IOException {
        send(new byte[] {0, 0, 0, 1, 17});
        byte[] length = length(InstituteSftp.MAX_PACKET_BYTES);
        assertThatCode(() -> send(Arrays.copyOf(length, 3))).doesNotThrowAnyException();
    }

    @Test
    void aPacketOfTheLargestSizeIsTaken() {
        assertThatCode(() -> send(length(InstituteSftp.MAX_PACKET_BYTES))).doesNotThrowAnyException();
    }

    @Test
    void onlySoManyRequestsWait() throws IOException {
        byte[] one = {0, 0, 0, 1, 17};
        for (int i = 0; i < InstituteSftp.MAX_PENDING_REQUESTS; i++) {
            send(one);
        }
        assertThatThrownBy(() -> send(one)).isInstanceOf(IOException.class).hasMessageContaining("requests at once");
    }

    private static void send(InstituteSftp to, ChannelSession through, int requests) throws IOException {
        byte[] one = {0, 0, 0, 1, 17};
        for (int i = 0; i < requests; i++) {
            to.data(through, one, 0, one.length);
        }
    }

    @Test
    void inAllChannelsTogetherSoManyRequestsWaitAndWhoHasFewIsNotHurt() throws IOException {
        SftpSubsystemFactory factory = InstituteSftp.factory();
        List<ChannelSession> greedy = List.of(channel(), channel());
        for (ChannelSession each : greedy) {
            send((InstituteSftp) factory.createSubsystem(each), each, InstituteSftp.MAX_PENDING_REQUESTS);
        }
        InstituteSftp modest = (InstituteSftp) factory.createSubsystem(channel);
        send(modest, channel, InstituteSftp.FEW_PENDING_REQUESTS);
        assertThatThrownBy(() -> send(modest, channel, 1)).hasMessageContaining("requests at once");

        greedy.get(0).close(true);
        assertThatCode(() -> send(modest, channel, 1)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy-data", "copy-file", "md5-hash", "space-available", "anything"})
    void anExtensionThatIsNotServedIsAnsweredAsSuch(String extension) throws IOException {
        sftp.setIoOutputStream(stream(buffer -> answers.add(buffer)));
        sftp.executeExtendedCommand(new ByteArrayBuffer(), 7, extension);
        assertThat(answers).hasSize(1);
        Buffer answer = answers.get(0);
        answer.getInt();
        assertThat(answer.getByte()).isEqualTo((byte) STATUS);
        assertThat(answer.getInt()).isEqualTo(7);
        assertThat(answer.getInt()).isEqualTo(UNSUPPORTED);
    }

    @Test
    void noLinksAndNoLocks() {
        assertThatThrownBy(() -> sftp.createLink(1, "/a", "/b", true))
                .isInstanceOf(Refused.class)
                .hasMessage("no links can be made");
        assertThatThrownBy(() -> sftp.doBlock(1, "h", 0, 1, 0)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> sftp.doUnblock(1, "h", 0, 1)).isInstanceOf(UnsupportedOperationException.class);
    }
}
