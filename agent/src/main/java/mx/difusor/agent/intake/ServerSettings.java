package mx.difusor.agent.intake;

import java.time.Duration;
import java.util.List;
import org.apache.sshd.common.file.FileSystemFactory;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.sftp.SftpModuleProperties;

/** What the SSH server takes and what it does not, and how much of it (docs/limits.md, "SFTP"). */
final class ServerSettings {

    /** Says what it is and not what it is made of. */
    static final String IDENTIFICATION = "difusor";

    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);

    /** Three keys, each of them a question and a signature. */
    static final int AUTHENTICATION_REQUESTS = 6;

    static final int SESSIONS_PER_UPLOADER = 32;

    /** Files and folders together. */
    static final int HANDLES_PER_CHANNEL = 16;

    /** Bytes that a channel takes before the client has to wait. */
    static final long WINDOW_BYTES = 512L << 10;

    /** New keys after so much, and after so long (RFC 4253, section 9). */
    static final long REKEY_BYTES = 1L << 30;

    static final Duration REKEY_INTERVAL = Duration.ofHours(1);

    /** A client that takes nothing for so long while something is written to it is gone. */
    static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);

    private ServerSettings() {}

    static void applyTo(SshServer server, Gatekeeper gatekeeper, Doorman doorman, FileSystemFactory folders) {
        Algorithms.applyTo(server);
        server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        server.setPublickeyAuthenticator(gatekeeper);
        server.setSubsystemFactories(List.of(InstituteSftp.factory()));
        server.setCommandFactory(new ScpCommands());
        server.setShellFactory(null);
        server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        server.setAgentFactory(null);
        server.setChannelFactories(List.of(new PlainChannels()));
        server.setGlobalRequestHandlers(List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE));
        server.setFileSystemFactory(folders);
        server.setIoServiceFactoryFactory(new GuardedPort(remote -> doorman.isWelcome(remote.getAddress())));
        server.addSessionListener(doorman);
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, IDENTIFICATION);
        CoreModuleProperties.TCP_NODELAY.set(server, true);
        CoreModuleProperties.SOCKET_KEEPALIVE.set(server, true);
        CoreModuleProperties.AUTH_TIMEOUT.set(server, Places.TO_LOG_IN);
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, AUTHENTICATION_REQUESTS);
        CoreModuleProperties.IDLE_TIMEOUT.set(server, IDLE_TIMEOUT);
        CoreModuleProperties.WINDOW_SIZE.set(server, WINDOW_BYTES);
        CoreModuleProperties.NIO2_MIN_WRITE_TIMEOUT.set(server, WRITE_TIMEOUT);
        CoreModuleProperties.REKEY_BYTES_LIMIT.set(server, REKEY_BYTES);
        CoreModuleProperties.REKEY_TIME_LIMIT.set(server, REKEY_INTERVAL);
        CoreModuleProperties.MAX_CONCURRENT_SESSIONS.set(server, SESSIONS_PER_UPLOADER);
        SftpModuleProperties.MAX_OPEN_HANDLES_PER_SESSION.set(server, HANDLES_PER_CHANNEL);
        SftpModuleProperties.OPENSSH_EXTENSIONS.set(server, InstituteSftp.OPENSSH_EXTENSIONS);
        SftpModuleProperties.NEWLINE_VALUE.set(server, "\n");
    }
}
