package mx.difusor.agent.status;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.desk.AlertChannels;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.desk.Operator;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the agent knows, over HTTP (contract, "HTTP"). Read only, but for the operator's commands. */
public final class StatusServer implements AutoCloseable {

    /**
     * Jetty's property, to be set before a first server is made. Not given, Jetty asks the JVM by JMX how wide a
     * reference is, and starting that takes a twentieth of the agent's start.
     */
    public static final String REFERENCES_PER_CACHE_LINE = "org.eclipse.jetty.util.referencesPerCacheLine";

    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);
    private static final Duration IDLE_WHEN_STOPPING = Duration.ofMillis(100);

    /**
     * @param certificate PEM, the server's own certificate first, then the chain
     * @param key PEM without a passphrase: PKCS#8, PKCS#1 or SEC1
     */
    public record Tls(Path certificate, Path key) {}

    /**
     * @param listen anything but a loopback address needs {@code tls}; port 0 takes a free one
     * @param tokens SHA-256, in hex, of the bearer tokens that may read from other hosts
     * @param operatorToken the file with the token of the operator's commands; read when one comes
     */
    public record Settings(
            InetSocketAddress listen, @Nullable Tls tls, List<String> tokens, Path operatorToken) {

        /** @throws IllegalArgumentException for a token that is not 64 hex digits */
        public Settings {
            tokens = tokens.stream()
                    .map(hex -> new Digest(hex.toLowerCase(Locale.ROOT)).hex())
                    .toList();
        }
    }

    private final Settings settings;
    private final Limits limits;
    private final Server server;
    private final Clock clock;
    private @Nullable TlsFiles tls;
    private @Nullable ServerConnector connector;

    public StatusServer(Settings settings, Overview overview, Operator operator, AlertChannels channels, Clock clock) {
        this(settings, overview, operator, channels, clock, Limits.STANDARD);
    }

    StatusServer(
            Settings settings,
            Overview overview,
            Operator operator,
            AlertChannels channels,
            Clock clock,
            Limits limits) {
        this.settings = settings;
        this.limits = limits;
        this.clock = clock;
        this.server = new Server(threads(limits));
        Access access = new Access(settings.tokens(), new OperatorToken(settings.operatorToken()));
        server.setHandler(new Routes(
                overview,
                access,
                new StatusDocument(overview, clock),
                new Metrics(overview, clock),
                new Page(overview, clock),
                new OperatorDesk(operator, limits.bodyBytes()),
                new TrustDesk(operator.expiries(), limits.bodyBytes()),
                new AlertDesk(channels, limits.bodyBytes())));
        server.setErrorHandler(new ErrorAnswers());
        server.setStopTimeout(limits.stop().toMillis());
    }

    /**
     * Takes requests from now on.
     *
     * @throws MachineException {@code listen-failed}, {@code tls-failed}
     */
    public void start() throws MachineException {
        InetSocketAddress listen = settings.listen();
        if (settings.tls() == null
                && (listen.isUnresolved() || !listen.getAddress().isLoopbackAddress())) {
            throw new MachineException(
                    "listen-failed",
                    "cannot listen on " + text(listen) + ": only loopback addresses are served without TLS",
                    "set status.tls, or set status.listen to 127.0.0.1:" + listen.getPort(),
                    null);
        }
        tls = settings.tls() == null ? null : new TlsFiles(settings.tls(), clock);
        ServerConnector made = connector(tls);
        server.addConnector(made);
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw cannotListen(e);
        }
        connector = made;
    }

    /** About once a second: takes up a renewed certificate. One thread calls it, after start. */
    public void tick(Alerts alerts) {
        if (tls != null) {
            tls.tick(alerts);
        }
    }

    /** Takes requests. */
    public boolean listening() {
        return connector != null && connector.isOpen() && server.isRunning();
    }

    /**
     * Reads the certificate and its key now, whether they have changed or not; the thread that calls {@link #tick}.
     *
     * @return what holds now, in a few words; empty without TLS
     * @throws MachineException {@code tls-failed}: they cannot serve, and what served before goes on
     */
    public String reload() throws MachineException {
        return tls == null ? "" : tls.reload();
    }

    /** The port it listens on; only between start and close. */
    public int port() {
        if (connector == null) {
            throw new IllegalStateException("not started");
        }
        return connector.getLocalPort();
    }

    /** Open now. */
    int connections() {
        return connector == null ? 0 : connector.getConnectedEndPoints().size();
    }

    /** Requests at hand may end, for {@link Limits#stop}; then every connection is closed. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the HTTP server did not stop cleanly: {}", e.toString());
        }
    }

    private static QueuedThreadPool threads(Limits limits) {
        // The queue behind them is Jetty's own, without a bound: each connection has at most a task or two in it, and
        // connections are bounded.
        QueuedThreadPool pool = new QueuedThreadPool(limits.threads(), Math.min(4, limits.threads()));
        pool.setName("status");
        pool.setReservedThreads(0);
        pool.setStopTimeout(limits.stop().toMillis() / 2);
        return pool;
    }

    private ServerConnector connector(@Nullable TlsFiles tls) {
        HttpConnectionFactory http = new HttpConnectionFactory(http());
        // One acceptor and one selector: a status page needs no more, and they count against the threads.
        ServerConnector made = tls == null
                ? new ServerConnector(server, 1, 1, http)
                : new ServerConnector(server, 1, 1, new SslConnectionFactory(tls.factory(), http.getProtocol()), http);
        InetSocketAddress listen = settings.listen();
        // The very address that was judged above: resolving the name again could give another.
        made.setHost(
                listen.isUnresolved()
                        ? listen.getHostString()
                        : listen.getAddress().getHostAddress());
        made.setPort(listen.getPort());
        made.setIdleTimeout(limits.idle().toMillis());
        made.setShutdownIdleTimeout(IDLE_WHEN_STOPPING.toMillis());
        made.addBean(new ConnectionGuard(
                new Seats<>(limits.connections(), limits.connectionsPerAddress(), limits.kept()),
                limits.standstill(),
                made.getScheduler()));
        return made;
    }

    private HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(limits.headerBytes());
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setUriCompliance(UriCompliance.DEFAULT);
        // Programs on this host ask by an address, which is in no certificate; Caller judges names.
        http.addCustomizer(new SecureRequestCustomizer(false));
        http.setMaxUnconsumedRequestContentReads(4);
        return http;
    }

    private MachineException cannotListen(Exception failure) {
        InetSocketAddress listen = settings.listen();
        Throwable cause = failure;
        while (!(cause instanceof BindException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String why = cause instanceof UnresolvedAddressException ? "unknown host" : lowerCase(cause.getMessage());
        return new MachineException(
                "listen-failed", "cannot listen on " + text(listen) + ": " + why, cure(why, listen), failure);
    }

    static String cure(String why, InetSocketAddress listen) {
        if (why.contains("in use")) {
            return "stop the program that uses the port (ss -ltnp 'sport = :" + listen.getPort()
                    + "' names it), or change status.listen";
        }
        if (why.contains("denied")) {
            return "choose a port above 1023 in status.listen";
        }
        return "set status.listen to an address of this host (ip address lists them)";
    }

    private static String lowerCase(@Nullable String message) {
        return message == null ? "unknown cause" : message.toLowerCase(Locale.ROOT);
    }

    private static String text(InetSocketAddress listen) {
        String host = listen.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + listen.getPort();
    }
}
