package mx.difusor.agent.intake;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** An address with a prefix length, {@code 203.0.113.0/24} or {@code 2001:db8::/32}; without a length, one address. */
record Network(InetAddress base, int prefixBits) {

    /** @throws IllegalArgumentException where it is not one; host names are not looked up */
    static Network parse(String cidr) {
        int slash = cidr.indexOf('/');
        String address = slash < 0 ? cidr : cidr.substring(0, slash);
        if (!address.matches("[0-9.]+") && !(address.matches("[0-9a-fA-F:.]+") && address.contains(":"))) {
            throw new IllegalArgumentException("not an address with a prefix length: " + cidr);
        }
        try {
            InetAddress base = InetAddress.getByName(address);
            int bits = base.getAddress().length * Byte.SIZE;
            int prefix = slash < 0 ? bits : Integer.parseInt(cidr.substring(slash + 1));
            if (prefix < 0 || prefix > bits) {
                throw new IllegalArgumentException("prefix length not from 0 to " + bits + ": " + cidr);
            }
            return new Network(base, prefix);
        } catch (UnknownHostException | NumberFormatException e) {
            throw new IllegalArgumentException("not an address with a prefix length: " + cidr, e);
        }
    }

    boolean contains(InetAddress address) {
        byte[] mine = base.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        int hostBits = mine.length * Byte.SIZE - prefixBits;
        return new BigInteger(1, mine).shiftRight(hostBits).equals(new BigInteger(1, other).shiftRight(hostBits));
    }
}
