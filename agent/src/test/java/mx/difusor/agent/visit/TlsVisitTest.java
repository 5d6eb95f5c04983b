package mx.difusor.agent.visit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a certificate that browsers would not take looks like to the probe. */
class TlsVisitTest {

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Instant yesterday = now.minus(Duration.ofDays(1));
    private final Instant tomorrow = now.plus(Duration.ofDays(1));

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private ThrowawayTls tls;

    @SuppressWarnings("NullAway.Init")
    private Visitor visitor;

    @BeforeEach
    void prepare() throws Exception {
        tls = new ThrowawayTls();
        visitor = new Visitor(tls.client());
    }

    private FakeSite site(String host, Instant from, Instant until) throws Exception {
        return new FakeSite(folder, 0, tls.server(host, from, until)).file("index.html", "17");
    }

    private static Probe visit(FakeSite site, URI url, Visitor visitor) throws Exception {
        return new SiteProbe(url, "live", visitor, System::nanoTime)
                .visit(site.shown(), 0, (path, sha256) -> Optional.empty());
    }

    private Probe visit(FakeSite site) throws Exception {
        return visit(site, site.url("/"), visitor);
    }

    private static void assertThatIt(Probe probe, Finding.Code code, String words) {
        @Nullable Finding finding = probe.finding();
        assertThat(finding).isNotNull();
        if (finding != null) {
            assertThat(finding.message()).contains(words);
            assertThat(finding.code()).isEqualTo(code);
        }
    }

    @Test
    void aTrustedSiteIsGoodAndItsCertificatesEndIsKnown() throws Exception {
        try (FakeSite site = site("localhost", yesterday, tomorrow)) {
            Probe probe = visit(site);
            assertThat(probe.finding()).isNull();
            assertThat(probe.certificateEnds()).isEqualTo(tomorrow);
        }
    }

    @Test
    void aRenewedCertificateIsSeenThoughTheSessionCouldBeTakenUpAgain() throws Exception {
        AtomicBoolean renewed = new AtomicBoolean();
        Instant later = tomorrow.plus(Duration.ofDays(90));
        SSLContext server = tls.renewing("localhost", yesterday, tomorrow, later, renewed::get);
        try (FakeSite site = new FakeSite(folder, 0, server).file("index.html", "17")) {
            site.on("/", exchange -> {
                exchange.getResponseHeaders().set("Connection", "close"); // as when a minute has passed
                site.sendFile(exchange);
            });
            assertThat(visit(site).certificateEnds()).isEqualTo(tomorrow);
            renewed.set(true);
            assertThat(visit(site).certificateEnds()).isEqualTo(later);
        }
    }

    @Test
    void aCertificateThatHasExpired() throws Exception {
        try (FakeSite site = site("localhost", yesterday.minus(Duration.ofDays(1)), yesterday)) {
            assertThatIt(visit(site), Finding.Code.CERTIFICATE, "its certificate has expired");
        }
    }

    @Test
    void aCertificateThatIsNotValidYet() throws Exception {
        try (FakeSite site = site("localhost", tomorrow, tomorrow.plus(Duration.ofDays(1)))) {
            assertThatIt(visit(site), Finding.Code.CERTIFICATE, "its certificate is not valid yet");
        }
    }

    @Test
    void aCertificateForAnotherName() throws Exception {
        try (FakeSite site = site("otro.example", yesterday, tomorrow)) {
            assertThatIt(visit(site), Finding.Code.CERTIFICATE, "its certificate is for another name");
            URI byAddress = URI.create("https://127.0.0.1:" + site.port() + "/");
            assertThatIt(visit(site, byAddress, visitor), Finding.Code.CERTIFICATE, "for another name");
        }
    }

    @Test
    void aCertificateOfAnAuthorityThatNobodyTrusts() throws Exception {
        try (FakeSite site = site("localhost", yesterday, tomorrow)) {
            Probe probe = visit(site, site.url("/"), Visitor.ofThisJvm());
            assertThatIt(probe, Finding.Code.CERTIFICATE, "does not lead to an authority that is trusted");
        }
    }

    @Test
    void aPortThatSpeaksPlainHttp() throws Exception {
        try (FakeSite site = new FakeSite(folder).file("index.html", "17")) {
            URI url = URI.create("https://localhost:" + site.port() + "/");
            assertThatIt(visit(site, url, visitor), Finding.Code.DOWN, "TLS fails");
        }
    }

    @Test
    void aRedirectFromTlsToPlainHttpIsNotFollowed() throws Exception {
        try (FakeSite plain = new FakeSite(folder).file("index.html", "17");
                FakeSite site = site("localhost", yesterday, tomorrow)) {
            site.redirect("/", plain.url("/").toString());
            assertThatIt(visit(site), Finding.Code.DOWN, "from https to http");
            assertThat(plain.asked).isEmpty();
        }
    }
}
