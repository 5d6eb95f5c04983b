package mx.difusor.agent.intake;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.jspecify.annotations.Nullable;

/**
 * Connections before their login: who may come, how many at once, for how long, and who has to go. MINA limits none of
 * it but the time. A source is familiar when an uploader logged in from it lately, or when it lies in a narrow network
 * of an uploader's {@code from}; it has places of its own and is never shut out, whoever else fails behind its address.
 */
final class Doorman implements SessionListener {
    /** A wider network in {@code from} lets in, but is too large for all of it to be the Institute's. */
    static final int NARROW_IPV4_BITS = 24;

    static final int NARROW_IPV6_BITS = 48;

    /** So often this host may look at its own endpoint without a login, as {@code doctor} and monitors do. */
    static final Duration OWN_LOOK_EVERY = Duration.ofSeconds(5);

    private static final int IPV4_BYTES = 4;

    /** Why a connection that was never logged in ended. */
    private enum End {
        /** It was sent away so that others have room; that is nobody's failure. */
        MADE_ROOM,
        /** Its time was up, or its source held more than its share. */
        CUT_OFF
    }

    private final List<Network> open;
    private final List<Network> narrow;
    private final SparingLog log;
    private final LongSupplier nanoTime;
    private long lastOwnLook;
    private final Places<Session> places;
    private final Lockouts lockouts;
    private final Acquaintances acquaintances;
    private final Map<Session, Places.Place<Session>> waiting = new HashMap<>();
    private final Map<Session, End> ends = new HashMap<>();

    Doorman(List<SftpEndpoint.Uploader> uploaders, SparingLog log, LongSupplier nanoTime) {
        List<Network> all = uploaders.stream()
                .flatMap(uploader -> uploader.from().stream())
                .map(Network::parse)
                .toList();
        boolean anywhere =
                uploaders.stream().anyMatch(uploader -> uploader.from().isEmpty());
        this.open = anywhere ? List.of() : all;
        this.narrow = all.stream().filter(Doorman::isNarrow).toList();
        this.log = log;
        this.nanoTime = nanoTime;
        this.lastOwnLook = nanoTime.getAsLong() - OWN_LOOK_EVERY.toNanos();
        this.places = new Places<>(nanoTime);
        this.lockouts = new Lockouts(nanoTime);
        this.acquaintances = new Acquaintances(nanoTime);
    }

    /** Asked for each connection before anything is made for it: the answer has to be cheap. */
    synchronized boolean isWelcome(InetAddress address) {
        boolean inside = open.isEmpty() || open.stream().anyMatch(network -> network.contains(address));
        Source source = Source.of(address);
        if (inside && (isFamiliar(source, address) || !lockouts.isShutOut(source))) {
            return true;
        }
        log.count();
        return false;
    }

    @Override
    public void sessionCreated(Session session) {
        InetAddress address = address(session);
        if (address == null) {
            session.close(true);
            return;
        }
        Session leaves = admit(session, address);
        if (leaves != null) {
            leaves.close(true);
        }
    }

    private synchronized @Nullable Session admit(Session session, InetAddress address) {
        Source source = Source.of(address);
        Places.Admission<Session> admission = places.admit(session, source, isFamiliar(source, address));
        waiting.put(session, admission.place());
        Places.Place<Session> leaves = admission.leaves().orElse(null);
        if (leaves == null) {
            return null;
        }
        ends.putIfAbsent(leaves.occupant, leaves.source.equals(source) ? End.CUT_OFF : End.MADE_ROOM);
        return leaves.occupant;
    }

    @Override
    public void sessionPeerIdentificationReceived(Session session, String version, List<String> extraLines) {
        reached(session, Places.Stage.IDENTIFIED);
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        switch (event) {
            case KeyEstablished -> keyed(session);
            case Authenticated -> loggedIn(session);
            case KexCompleted -> {}
        }
    }

    private synchronized void reached(Session session, Places.Stage stage) {
        Places.Place<Session> place = waiting.get(session);
        if (place != null) {
            place.reached(stage);
        }
    }

    /** A second key exchange before the login only burns the processor. */
    private void keyed(Session session) {
        boolean again;
        synchronized (this) {
            Places.Place<Session> place = waiting.get(session);
            again = place != null && place.stage() == Places.Stage.KEYED;
        }
        reached(session, Places.Stage.KEYED);
        if (again) {
            session.close(true);
        }
    }

    private synchronized void loggedIn(Session session) {
        Places.Place<Session> place = waiting.remove(session);
        if (place != null) {
            places.leave(place);
            lockouts.forgive(place.source);
            acquaintances.loggedIn(place.source);
        }
    }

    @Override
    public synchronized void sessionClosed(Session session) {
        Places.Place<Session> place = waiting.remove(session);
        End end = ends.remove(session);
        if (place == null) {
            return;
        }
        places.leave(place);
        // Who connects, says nothing and hangs up soon is a monitoring probe.
        boolean harmless = end == null && (place.stage() == Places.Stage.SILENT || isOwnLook(session));
        if (!harmless && end != End.MADE_ROOM && !isFamiliar(place.source, address(session))) {
            Optional<Duration> pause = lockouts.failed(place.source);
            pause.ifPresent(time -> log.say("no connection from " + place.source + " is taken for " + time.toSeconds()
                    + " s: too many without a login"));
        }
    }

    /** To be called about once a second: sends away those whose time is up. */
    void tick() {
        log.tick();
        List<Places.Place<Session>> overdue;
        synchronized (this) {
            overdue = places.overdue();
            overdue.forEach(place -> ends.putIfAbsent(place.occupant, End.CUT_OFF));
        }
        overdue.forEach(place -> place.occupant.close(true));
    }

    private boolean isFamiliar(Source source, @Nullable InetAddress address) {
        return acquaintances.knows(source)
                || (address != null && narrow.stream().anyMatch(network -> network.contains(address)));
    }

    /** All that comes through a proxy on this host looks so too; hence only seldom. */
    private boolean isOwnLook(Session session) {
        InetAddress address = address(session);
        boolean own = address != null
                && session.getLocalAddress() instanceof InetSocketAddress local
                && address.equals(local.getAddress());
        long now = nanoTime.getAsLong();
        if (!own || now - lastOwnLook < OWN_LOOK_EVERY.toNanos()) {
            return false;
        }
        lastOwnLook = now;
        return true;
    }

    private static boolean isNarrow(Network network) {
        boolean ipv4 = network.base().getAddress().length == IPV4_BYTES;
        return network.prefixBits() >= (ipv4 ? NARROW_IPV4_BITS : NARROW_IPV6_BITS);
    }

    private static @Nullable InetAddress address(Session session) {
        return session.getRemoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
    }
}
