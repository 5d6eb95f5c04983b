package mx.difusor.agent.status;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who holds how many connections. Guarded by its owner.
 *
 * <p>Refusing newcomers when all is full would hand the server to whoever comes first and holds on; so the connection
 * that has stood still the longest makes room, and whoever asks at once gets an answer. A host whose share is full makes
 * room by its own. Some are kept for programs on this host, which is one host by whatever loopback address.
 *
 * @param <C> a connection, by its identity
 */
final class Seats<C> {

    /** IPv6 hosts get a /64 each (RFC 6177): the rest of the address is theirs to vary. */
    private static final int HOST_BYTES = 8;

    private record Seat(InetAddress host, boolean local) {}

    private final int most;
    private final int mostPerHost;
    private final int kept;

    /** In the order of their last progress, the longest ago first. */
    private final Map<C, Seat> taken = new LinkedHashMap<>();

    private final Map<InetAddress, Integer> perHost = new HashMap<>();
    private int outsiders;

    /**
     * @param most in all
     * @param mostPerHost of one host
     * @param kept of them, for this host's own programs
     */
    Seats(int most, int mostPerHost, int kept) {
        this.most = most;
        this.mostPerHost = mostPerHost;
        this.kept = kept;
    }

    /** @return who has to be closed: nobody, the newcomer, or another, which has lost its seat */
    Optional<C> take(C newcomer, @Nullable InetAddress address) {
        InetAddress from = address == null ? InetAddress.getLoopbackAddress() : address;
        InetAddress host = hostOf(from);
        boolean local = from.isLoopbackAddress();
        Optional<C> leaving = Optional.empty();
        if (perHost.getOrDefault(host, 0) >= mostPerHost) {
            leaving = stillTheLongest(seat -> seat.host().equals(host));
        } else if (taken.size() >= most || (!local && outsiders >= most - kept)) {
            leaving = stillTheLongest(seat -> !seat.local());
            if (leaving.isEmpty()) {
                return Optional.of(newcomer);
            }
        }
        leaving.ifPresent(this::leave);
        taken.put(newcomer, new Seat(host, local));
        perHost.merge(host, 1, Integer::sum);
        outsiders += local ? 0 : 1;
        return leaving;
    }

    private Optional<C> stillTheLongest(Predicate<Seat> who) {
        return taken.entrySet().stream()
                .filter(one -> who.test(one.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** It began a request or an answer. */
    void progressed(C connection) {
        Seat seat = taken.remove(connection);
        if (seat != null) {
            taken.put(connection, seat);
        }
    }

    void leave(C connection) {
        Seat seat = taken.remove(connection);
        if (seat != null) {
            perHost.computeIfPresent(seat.host(), (host, count) -> count == 1 ? null : Integer.valueOf(count - 1));
            outsiders -= seat.local() ? 0 : 1;
        }
    }

    /** Hosts that are remembered: those with a connection, and no others. */
    int hosts() {
        return perHost.size();
    }

    private static InetAddress hostOf(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return InetAddress.getLoopbackAddress();
        }
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, HOST_BYTES, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
