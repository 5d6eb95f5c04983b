package mx.difusor.agent.alerting;

import java.time.Instant;

/** One way off this host. */
interface Channel {

    /** As the configuration calls it. */
    String name();

    /**
     * Returns when it is delivered. Any thread; within a bounded time.
     *
     * @param at the time of this attempt
     * @throws ChannelException it is not delivered, or nobody knows
     */
    void send(Announcement announcement, Instant at) throws ChannelException, InterruptedException;
}
