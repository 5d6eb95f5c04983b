package mx.difusor.agent.intake;

import java.io.IOException;
import java.util.Set;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.helpers.AbstractConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;

/** Session channels that take a subsystem or a command and no shell, terminal, environment or forwarding. */
final class PlainChannels extends ChannelSessionFactory {
    private static final Set<String> SERVED = Set.of(Channel.CHANNEL_SUBSYSTEM, Channel.CHANNEL_EXEC);

    /** MINA's own limit lets the client wait for an answer that never comes. */
    static final int MAX_PER_SESSION = 4;

    @Override
    public Channel createChannel(Session session) {
        return new ChannelSession() {
            @Override
            protected OpenFuture doInit(Buffer buffer) {
                if (service instanceof AbstractConnectionService connection
                        && connection.getChannels().size() > MAX_PER_SESSION) {
                    return refused(this);
                }
                return super.doInit(buffer);
            }

            @Override
            protected RequestHandler.Result handleInternalRequest(String requestType, boolean wantReply, Buffer buffer)
                    throws IOException {
                return SERVED.contains(requestType)
                        ? super.handleInternalRequest(requestType, wantReply, buffer)
                        : RequestHandler.Result.ReplyFailure;
            }
        };
    }

    private static OpenFuture refused(ChannelSession channel) {
        OpenFuture refused = new DefaultOpenFuture(channel, channel);
        refused.setException(new SshChannelOpenException(
                channel.getChannelId(), SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, "too many channels"));
        channel.close(true);
        return refused;
    }
}
