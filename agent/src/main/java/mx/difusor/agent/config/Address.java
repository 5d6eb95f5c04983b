package mx.difusor.agent.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen, {@code host:port} or {@code [v6]:port}.
 *
 * @param host a name or an address, an IPv6 address without its brackets
 * @param port from 0 to 65535; 0 lets the system choose a free one
 */
public record Address(String host, int port) {

    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9a-fA-F:.]{2,45})]|([A-Za-z0-9.-]{1,253})):(\\d{1,5})");
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-fA-F:.]+");
    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
    private static final int MAX_PORT = 65_535;
    private static final int MAX_OCTET = 255;

    /** Empty where {@code text} is not an address. Looks no name up. */
    static Optional<Address> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > MAX_PORT) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(3));
        String v6 = matcher.group(1);
        if (v6 != null) {
            return isIpv6(v6) ? Optional.of(new Address(v6, port)) : Optional.empty();
        }
        String host = matcher.group(2);
        boolean bad = DIGITS_AND_DOTS.matcher(host).matches() && !isIpv4(host);
        return bad ? Optional.empty() : Optional.of(new Address(host, port));
    }

    /** Only this host can reach it. A name other than {@code localhost} may mean anything, so it does not count. */
    public boolean isLoopback() {
        return host.equals("localhost")
                || (isIpv4(host) && host.startsWith("127."))
                || (isIpv6(host) && isV6Loopback(host));
    }

    /** Whether one process cannot listen at both. Java's {@code 0.0.0.0} takes IPv6 as well. Looks no name up. */
    boolean overlaps(Address other) {
        if (port == 0 || port != other.port) {
            return false;
        }
        Optional<InetAddress> mine = literal();
        Optional<InetAddress> theirs = other.literal();
        return mine.map(InetAddress::isAnyLocalAddress).orElse(false)
                || theirs.map(InetAddress::isAnyLocalAddress).orElse(false)
                || (mine.isPresent() ? mine.equals(theirs) : host.equalsIgnoreCase(other.host));
    }

    private Optional<InetAddress> literal() {
        String address = host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host;
        try {
            return isIpv4(address) || isIpv6(address) ? Optional.of(InetAddress.getByName(address)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static boolean isV6Loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    static boolean isIpv4(String text) {
        Matcher matcher = IPV4.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (Integer.parseInt(matcher.group(group)) > MAX_OCTET) {
                return false;
            }
        }
        return true;
    }

    /** {@code ::ffff:192.0.2.1} and its kin, which Java takes for the IPv4 address. */
    static boolean isIpv4WithinIpv6(String ipv6) {
        try {
            return InetAddress.getByName(ipv6) instanceof Inet4Address;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    static boolean isIpv6(String text) {
        if (text.indexOf(':') < 0 || !IPV6_CHARACTERS.matcher(text).matches()) {
            return false;
        }
        try {
            // A text with a colon is never looked up: it is an address or an error.
            InetAddress.getByName(text);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
