package mx.difusor.agent.institute;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/**
 * Where packages are sent to.
 *
 * @param port 1 to 65535
 */
public record SendTarget(String user, String host, int port) {

    /** What {@code sftp} takes where no port is given. */
    public static final int DEFAULT_PORT = 22;

    private static final int MAX_PORT = 65_535;

    /**
     * @param text {@code sftp://USER@HOST:PORT}, the port optional; an IPv6 address in brackets
     * @throws IllegalArgumentException with what is wrong, for a usage message
     */
    public static SendTarget parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(text + " is not an address; write sftp://USER@HOST:PORT", e);
        }
        boolean noPath = uri.getPath() == null
                || uri.getPath().isEmpty()
                || uri.getPath().equals("/");
        boolean portFits = uri.getPort() == -1 || (uri.getPort() >= 1 && uri.getPort() <= MAX_PORT);
        if (!"sftp".equals(uri.getScheme())
                || uri.getHost() == null
                || uri.getUserInfo() == null
                || uri.getUserInfo().contains(":")
                || !noPath
                || !portFits) {
            throw new IllegalArgumentException(
                    text + " is not an address to send to; write sftp://USER@HOST:PORT, without password or path");
        }
        String host = Objects.requireNonNull(uri.getHost()).replace("[", "").replace("]", "");
        return new SendTarget(
                Objects.requireNonNull(uri.getUserInfo()), host, uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort());
    }

    @Override
    public String toString() {
        return "sftp://" + user + "@" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
