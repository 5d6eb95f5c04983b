package mx.difusor.agent.visit;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import mx.difusor.agent.disk.Failures;

/** What the JDK's HTTP client threw, as a finding. */
final class Failure {

    /** Causes of causes that are looked at. */
    private static final int DEPTH = 16;

    private Failure() {}

    static Reply.Silence of(Throwable thrown) {
        return new Reply.Silence(cause(thrown), detail(thrown));
    }

    private static Reply.Cause cause(Throwable thrown) {
        Reply.Cause found = Reply.Cause.BROKEN;
        Throwable one = thrown;
        // The innermost says the most: a handshake fails because a path fails because a certificate has expired.
        for (int depth = 0; one != null && depth < DEPTH; depth++) {
            Reply.Cause now = alone(one);
            found = now == Reply.Cause.BROKEN ? found : now;
            one = one.getCause();
        }
        return found;
    }

    private static Reply.Cause alone(Throwable one) {
        if (one instanceof CertificateExpiredException) {
            return Reply.Cause.CERTIFICATE_EXPIRED;
        }
        if (one instanceof CertificateNotYetValidException) {
            return Reply.Cause.CERTIFICATE_NOT_YET_VALID;
        }
        String message = String.valueOf(one.getMessage()).toLowerCase(Locale.ROOT);
        if (one instanceof CertificateException) {
            // The JDK has no type of its own for it (sun.security.util.HostnameChecker).
            boolean name = message.contains("subject alternative") || message.contains("no name matching");
            return name ? Reply.Cause.CERTIFICATE_OF_ANOTHER_NAME : Reply.Cause.CERTIFICATE_UNTRUSTED;
        }
        if (one instanceof SSLException) {
            return Reply.Cause.TLS;
        }
        if (one instanceof UnknownHostException || one instanceof UnresolvedAddressException) {
            return Reply.Cause.UNKNOWN_HOST;
        }
        if (one instanceof HttpConnectTimeoutException) {
            return Reply.Cause.NO_CONNECTION;
        }
        if (one instanceof HttpTimeoutException) {
            return Reply.Cause.NO_ANSWER;
        }
        if (one instanceof NoRouteToHostException || message.contains("unreachable")) {
            return Reply.Cause.UNREACHABLE;
        }
        return one instanceof ConnectException ? Reply.Cause.REFUSED : Reply.Cause.BROKEN;
    }

    private static String detail(Throwable thrown) {
        Throwable innermost = thrown;
        for (int depth = 0; innermost.getCause() != null && depth < DEPTH; depth++) {
            innermost = innermost.getCause();
        }
        String words = innermost instanceof IOException io ? Failures.inWords(io) : innermost.getMessage();
        return words == null || words.isBlank() ? innermost.getClass().getSimpleName() : words;
    }
}
