package mx.difusor.agent.intake;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Who counts as one client: an IPv4 address, or the /64 of an IPv6 address, within which a host picks as it likes. */
record Source(String text) {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int IPV6_NETWORK_BYTES = 8;

    static Source of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == IPV4_BYTES) {
            return new Source(address.getHostAddress());
        }
        byte[] network = Arrays.copyOf(Arrays.copyOf(bytes, IPV6_NETWORK_BYTES), IPV6_BYTES);
        try {
            return new Source(InetAddress.getByAddress(network).getHostAddress() + "/64");
        } catch (UnknownHostException e) {
            throw new IllegalStateException("not an address of sixteen bytes", e);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
