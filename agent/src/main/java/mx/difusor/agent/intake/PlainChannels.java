package mx.difusor.agent.intake;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    /**
     * In all sessions of one uploader. Each may hold a window in memory: as many as the sessions allow would be more
     * than the heap has. rclone opens 12 at once.
     */
    static final int MAX_PER_UPLOADER = 16;

    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    @Override
    public Channel createChannel(Session session) {
        return new ChannelSession() {
            @Override
            protected OpenFuture doInit(Buffer buffer) {
                boolean tooMany = service instanceof AbstractConnectionService connection
                        && connection.getChannels().size() > MAX_PER_SESSION;
                if (count(session.getUsername(), this) > MAX_PER_UPLOADER || tooMany) {
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

    /** With this one, which counts until it is closed. */
    private int count(String uploader, ChannelSession channel) {
        int now = open.merge(uploader, 1, Integer::sum);
        channel.addCloseFutureListener(
                closed -> open.computeIfPresent(uploader, (name, n) -> n == 1 ? null : Integer.valueOf(n - 1)));
        return now;
    }

    private static OpenFuture refused(ChannelSession channel) {
        OpenFuture refused = new DefaultOpenFuture(channel, channel);
        refused.setException(new SshChannelOpenException(
                channel.getChannelId(), SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, "too many channels"));
        channel.close(true);
        return refused;
    }
}
