package mx.difusor.agent.visit;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Instant;
import mx.difusor.agent.model.Digest;
import org.jspecify.annotations.Nullable;

/** What came of asking for one address. */
sealed interface Reply {

    /**
     * The server answered.
     *
     * @param ended where redirects led to
     * @param millis until the last byte of the body was there
     * @param certificateEnds of the server's own certificate; null without TLS
     */
    record Answer(
            URI ended,
            int status,
            Body body,
            int millis,
            HttpHeaders headers,
            @Nullable Instant certificateEnds) implements Reply {

        static final int OK = 200;

        /** Status 200 and exactly the bytes with this digest. */
        boolean is(Digest sha256) {
            return status == OK && body.whole() && body.sha256().equals(sha256);
        }
    }

    /**
     * No answer came.
     *
     * @param detail what the machine says of it
     */
    record Silence(Cause cause, String detail) implements Reply {}

    /** Why no answer came. */
    enum Cause {
        UNKNOWN_HOST("its name is not known to this host's DNS", "check the name's DNS record and /etc/resolv.conf"),
        REFUSED(
                "the connection is refused",
                "start the web server; see that it listens on this address and port, and what its error log says"),
        UNREACHABLE("there is no way to it", "check the network, the firewall and the routes of this host"),
        NO_CONNECTION(
                "no connection comes about in time",
                "check the firewall between, and that this host may reach its own public address"),
        NO_ANSWER(
                "no whole answer comes in time",
                "look at the load of the web server, at its limits of connections, and at what stands in front of it"),
        CERTIFICATE_EXPIRED("its certificate has expired", "renew the certificate and reload the web server"),
        CERTIFICATE_NOT_YET_VALID(
                "its certificate is not valid yet", "check the clock of this host, and which certificate is installed"),
        CERTIFICATE_OF_ANOTHER_NAME(
                "its certificate is for another name",
                "install a certificate that has this name among its alternative names"),
        CERTIFICATE_UNTRUSTED(
                "its certificate does not lead to an authority that is trusted",
                "install the certificate together with the intermediate certificates of its authority"),
        TLS("TLS fails", "see that the web server speaks TLS 1.2 or 1.3 on this port, and what its error log says"),
        BROKEN(
                "the connection breaks off, or what comes is not HTTP",
                "see which program listens on this port, and what its error log says");

        private final String words;
        private final String cure;

        Cause(String words, String cure) {
            this.words = words;
            this.cure = cure;
        }

        String words() {
            return words;
        }

        String cure() {
            return cure;
        }

        boolean ofTheCertificate() {
            return switch (this) {
                case CERTIFICATE_EXPIRED,
                        CERTIFICATE_NOT_YET_VALID,
                        CERTIFICATE_OF_ANOTHER_NAME,
                        CERTIFICATE_UNTRUSTED -> true;
                case UNKNOWN_HOST, REFUSED, UNREACHABLE, NO_CONNECTION, NO_ANSWER, TLS, BROKEN -> false;
            };
        }
    }
}
