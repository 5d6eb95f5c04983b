package mx.difusor.agent.intake;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;

/**
 * A session whose first proposal waits for the client's, so that it can offer what suits this client. RFC 4253, section
 * 7.1, lets each side send its own at any time; nearly all clients send theirs at once. One that waits for the server's
 * gets it after {@link #WAIT}, with everything in it. Later exchanges offer what the first one did.
 */
final class LateProposal extends ServerSessionImpl {

    /** Longer than a round trip by satellite; a client that waits for the server's proposal is held up so long. */
    static final Duration WAIT = Duration.ofMillis(750);

    private final AtomicBoolean proposed = new AtomicBoolean();

    /** Held while the first proposal is made: the negotiation has to find it whole. */
    private final ReentrantLock proposing = new ReentrantLock();

    private LateProposal(ServerFactoryManager server, IoSession connection) throws Exception {
        super(server, connection);
    }

    static SessionFactory factory(ServerFactoryManager server) {
        return new SessionFactory(server) {
            @Override
            protected ServerSessionImpl doCreateSession(IoSession connection) throws Exception {
                return new LateProposal(getServer(), connection);
            }
        };
    }

    /** Called first when the client's identification is there, and for each later exchange. */
    @Override
    protected byte[] sendKexInit() throws Exception {
        if (proposed.get()) {
            return super.sendKexInit();
        }
        // Not cancelled: who was offered something is let be.
        ScheduledFuture<?> unused = getFactoryManager()
                .getScheduledExecutorService()
                .schedule(this::proposeAnyway, WAIT.toMillis(), TimeUnit.MILLISECONDS);
        return new byte[0];
    }

    /** Called when the client's proposal is there. */
    @Override
    protected void doKexNegotiation() throws Exception {
        proposing.lock();
        try {
            if (proposed.compareAndSet(false, true)) {
                var client = getClientKexProposals();
                setCipherFactories(Algorithms.suited(
                        getCipherFactories(),
                        client.getOrDefault(KexProposalOption.C2SENC, ""),
                        client.getOrDefault(KexProposalOption.S2CENC, "")));
                super.sendKexInit();
            }
        } finally {
            proposing.unlock();
        }
        super.doKexNegotiation();
    }

    private void proposeAnyway() {
        proposing.lock();
        try {
            if (isOpen() && proposed.compareAndSet(false, true)) {
                super.sendKexInit();
            }
        } catch (Exception e) {
            exceptionCaught(e);
        } finally {
            proposing.unlock();
        }
    }
}
