package mx.difusor.agent.intake;

import java.io.IOException;
import java.util.Set;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;

/** Session channels that take a subsystem or a command and no shell, terminal, environment or forwarding. */
final class PlainChannels extends ChannelSessionFactory {
    private static final Set<String> SERVED = Set.of(Channel.CHANNEL_SUBSYSTEM, Channel.CHANNEL_EXEC);

    @Override
    public Channel createChannel(Session session) {
        return new ChannelSession() {
            @Override
            protected RequestHandler.Result handleInternalRequest(String requestType, boolean wantReply, Buffer buffer)
                    throws IOException {
                return SERVED.contains(requestType)
                        ? super.handleInternalRequest(requestType, wantReply, buffer)
                        : RequestHandler.Result.ReplyFailure;
            }
        };
    }
}
