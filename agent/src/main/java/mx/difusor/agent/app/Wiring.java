package mx.difusor.agent.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import mx.difusor.agent.alerting.AlertingSettings;
import mx.difusor.agent.alerting.Trouble;
import mx.difusor.agent.archive.ManifestSource;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.desk.ExpiryFile;
import mx.difusor.agent.desk.Publication;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.intake.SftpEndpoint;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.publish.IisLiveRoot;
import mx.difusor.agent.publish.JunctionLiveRoot;
import mx.difusor.agent.publish.LiveRoot;
import mx.difusor.agent.publish.MappedLiveRoot;
import mx.difusor.agent.publish.ProcessCommands;
import mx.difusor.agent.publish.SymlinkLiveRoot;
import mx.difusor.agent.status.StatusServer;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.FileTypes;
import mx.difusor.agent.verify.PackageLimits;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.PackageVerifier;
import mx.difusor.agent.verify.TrustSettings;
import mx.difusor.agent.verify.UnreadablePackageException;

/** The configuration, cut into what each room needs of it. */
final class Wiring {

    private Wiring() {}

    static Home home(Config config) {
        return new Home(config.home());
    }

    static TrustSettings trust(Config config) {
        Config.Trust trust = config.trust();
        return new TrustSettings(
                trust.threshold(),
                trust.cms().anchors(),
                trust.cms().signers().stream().map(Digest::hex).toList(),
                trust.cms().crls(),
                trust.openpgp().keyrings());
    }

    /** For commands: what is trusted at this moment, with what operators let count though it has expired. */
    static Authenticator authenticator(Config config) throws MachineException {
        return Authenticator.load(trust(config)).allowing(ExpiryFile.read(home(config)));
    }

    static PackageVerifier verifier(Config config, Disk disk) {
        boolean strict = config.publish().strictness() == Config.Strictness.REJECT;
        return new PackageVerifier(PackageLimits.defaults(), fileTypes(config), strict, disk);
    }

    private static FileTypes fileTypes(Config config) {
        Map<Kind, Set<String>> allowed = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            List<String> configured = config.files().get(kind);
            allowed.put(kind, configured == null ? FileTypes.defaults().allowed(kind) : new HashSet<>(configured));
        }
        return FileTypes.of(allowed);
    }

    static PackageReader reader() {
        return new PackageReader(PackageLimits.defaults());
    }

    static ManifestSource manifests(PackageReader reader) {
        return file -> {
            try {
                return reader.manifest(file, file.getFileName().toString());
            } catch (UnreadablePackageException e) {
                throw new IOException(e.getMessage(), e);
            }
        };
    }

    static Map<String, Event> events(Config config) {
        Map<String, Event> events = new LinkedHashMap<>();
        config.events().forEach(event -> events.put(event.id(), event));
        return events;
    }

    static Publication.Settings publication(Config config, Event published) {
        return new Publication.Settings(
                published,
                config.publish().beforeOpening() == Config.BeforeOpening.SITE,
                config.publish().interruption() == Config.Interruption.NOTICE);
    }

    static LiveRoot liveRoot(Config config, Disk disk) {
        String site = config.publish().iisSite();
        if (site != null) {
            return new IisLiveRoot(site, new ProcessCommands());
        }
        Path live = config.publish().live();
        LiveRoot link = System.getProperty("os.name", "").startsWith("Windows")
                ? new JunctionLiveRoot(live, home(config).work(), disk, new ProcessCommands())
                : new SymlinkLiveRoot(live, disk);
        return new MappedLiveRoot(link, home(config), disk);
    }

    static SftpEndpoint.Settings sftp(Config config) {
        Home home = home(config);
        return new SftpEndpoint.Settings(
                address(config.sftp().listen().host(), config.sftp().listen().port()),
                config.sftp().uploaders().stream()
                        .map(one -> new SftpEndpoint.Uploader(one.name(), one.authorizedKeys(), one.from()))
                        .toList(),
                config.sftp().maxPackage(),
                config.sftp().signatureTimeout(),
                home.keys(),
                home.incoming(),
                home.receipts(),
                config.publish().live(),
                home.archive());
    }

    static StatusServer.Settings status(Config config) {
        Config.Tls tls = config.status().tls();
        Path token = home(config).operatorToken();
        return new StatusServer.Settings(
                address(
                        config.status().listen().host(),
                        config.status().listen().port()),
                tls == null ? null : new StatusServer.Tls(tls.certificate(), tls.key()),
                config.status().tokens().stream().map(Digest::hex).toList(),
                token);
    }

    /** @param published the event that is published at this moment: an activation changes it */
    static AlertingSettings alerting(Config config, Supplier<String> published) {
        Config.Alerts alerts = config.alerts();
        Config.Webhook webhook = alerts.webhook();
        Config.Mail mail = alerts.mail();
        Config.Heartbeat heartbeat = alerts.heartbeat();
        return new AlertingSettings(
                config.difusor().id(),
                config.difusor().name(),
                published,
                config.home(),
                new Locale(alerts.language().name().toLowerCase(Locale.ROOT)),
                webhook == null ? null : new AlertingSettings.Webhook(webhook.url(), webhook.secret()),
                mail == null ? null : mail(mail),
                alerts.command(),
                alerts.log(),
                heartbeat == null ? null : new AlertingSettings.Beat(heartbeat.url(), heartbeat.every()));
    }

    private static AlertingSettings.Mail mail(Config.Mail mail) {
        AlertingSettings.Tls tls = switch (mail.tls()) {
            case STARTTLS -> AlertingSettings.Tls.STARTTLS;
            case TLS -> AlertingSettings.Tls.TLS;
            case NONE -> AlertingSettings.Tls.NONE;
        };
        return new AlertingSettings.Mail(
                mail.host(), mail.port(), tls, mail.from(), mail.to(), mail.user(), mail.password());
    }

    /** What fails on the way out is an alert as well. */
    static Trouble trouble(Alerts alerts) {
        return new Trouble() {
            @Override
            public void raise(String code, String message) {
                alerts.raise(code, message);
            }

            @Override
            public void clear(String code) {
                alerts.clear(code);
            }
        };
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port);
    }
}
