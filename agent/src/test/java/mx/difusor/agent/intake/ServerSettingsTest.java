package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.agent.local.ProxyAgentFactory;
import org.apache.sshd.common.Property;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.file.FileSystemFactory;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.forward.DirectTcpipFactory;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.global.TcpipForwardHandler;
import org.apache.sshd.server.shell.InteractiveProcessShellFactory;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server is told. That clients meet it is shown by {@link EndpointLimitsTest} and the tests of the clients. */
class ServerSettingsTest {
    private static final FileSystemFactory NO_FOLDERS = new FileSystemFactory() {
        @Override
        public @Nullable Path getUserHomeDir(SessionContext session) {
            return null;
        }

        @Override
        public FileSystem createFileSystem(SessionContext session) {
            throw new UnsupportedOperationException("nobody asks");
        }
    };

    private final SshServer server = SshServer.setUpDefaultServer();
    private final List<String> logged = new ArrayList<>();
    private final SparingLog log = new SparingLog(logged::add, System::nanoTime);
    private final Gatekeeper gatekeeper = new Gatekeeper(List.of(), log);

    /** Over all that a server could offer: what is off is off whatever the library sets today or tomorrow. */
    @BeforeEach
    void apply() {
        server.setUserAuthFactories(List.of(UserAuthPasswordFactory.INSTANCE));
        server.setShellFactory(InteractiveProcessShellFactory.INSTANCE);
        server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
        server.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        server.setAgentFactory(new ProxyAgentFactory());
        server.setChannelFactories(List.of(DirectTcpipFactory.INSTANCE));
        server.setGlobalRequestHandlers(List.of(TcpipForwardHandler.INSTANCE));
        server.setCompressionFactories(List.of(BuiltinCompressions.zlib));
        ServerSettings.applyTo(server, gatekeeper, new Doorman(List.of(), log, System::nanoTime), NO_FOLDERS);
    }

    @Test
    void keysAloneLogInAndTheyAreTheGatekeepers() {
        assertThat(server.getUserAuthFactoriesNames()).containsExactly("publickey");
        assertThat(server.getPublickeyAuthenticator()).isSameAs(gatekeeper);
    }

    @Test
    void nothingIsServedButSftpAndScp() {
        assertThat(server.getShellFactory()).isNull();
        assertThat(server.getAgentFactory()).isNull();
        assertThat(server.getForwardingFilter()).isSameAs(RejectAllForwardingFilter.INSTANCE);
        assertThat(server.getGlobalRequestHandlers())
                .containsExactly(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE);
        assertThat(server.getChannelFactories()).singleElement().isInstanceOf(PlainChannels.class);
        assertThat(server.getCommandFactory()).isInstanceOf(ScpCommands.class);
        assertThat(server.getSubsystemFactories())
                .singleElement()
                .satisfies(one -> assertThat(one.getName()).isEqualTo("sftp"));
        assertThat(server.getFileSystemFactory()).isSameAs(NO_FOLDERS);
        assertThat(server.getCompressionFactoriesNames()).containsExactly("none");
    }

    /** The figures of docs/limits.md. */
    @Test
    void whatOneClientMayTakeHasAnEnd() {
        assertThat(set(CoreModuleProperties.AUTH_TIMEOUT)).isEqualTo(Places.TO_LOG_IN);
        assertThat(set(CoreModuleProperties.MAX_AUTH_REQUESTS)).isEqualTo(6);
        assertThat(set(CoreModuleProperties.IDLE_TIMEOUT)).isEqualTo(Duration.ofMinutes(2));
        assertThat(set(CoreModuleProperties.NIO2_MIN_WRITE_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
        assertThat(set(CoreModuleProperties.WINDOW_SIZE)).isEqualTo(512L << 10);
        assertThat(set(CoreModuleProperties.MAX_CONCURRENT_SESSIONS)).isEqualTo(32);
        assertThat(set(SftpModuleProperties.MAX_OPEN_HANDLES_PER_SESSION)).isEqualTo(16);
        assertThat(set(CoreModuleProperties.REKEY_BYTES_LIMIT)).isEqualTo(1L << 30);
        assertThat(set(CoreModuleProperties.REKEY_TIME_LIMIT)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aPeerThatIsGoneIsNoticedAndNoByteWaitsForOthers() {
        assertThat(set(CoreModuleProperties.SOCKET_KEEPALIVE)).isTrue();
        assertThat(set(CoreModuleProperties.TCP_NODELAY)).isTrue();
    }

    @Test
    void itSaysWhatItIsAndNotWhatItIsMadeOf() {
        assertThat(set(CoreModuleProperties.SERVER_IDENTIFICATION)).isEqualTo("difusor");
        assertThat(set(SftpModuleProperties.OPENSSH_EXTENSIONS))
                .isEqualTo("fsync@openssh.com=1,posix-rename@openssh.com=1,limits@openssh.com=1");
        assertThat(set(SftpModuleProperties.NEWLINE_VALUE)).isEqualTo("\n");
    }

    /** Set here, and not the library's default. */
    private <T> @Nullable T set(Property<T> property) {
        assertThat(server.getProperties()).containsKey(property.getName());
        return property.getOrNull(server);
    }
}
