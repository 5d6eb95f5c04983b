package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Until when what is trusted lasts; the OpenPGP keys are made by gpg. */
class TrustedEndTest {

    private final Instant now = Instant.now();

    @TempDir
    private Path folder;

    private List<TrustedEnd> ends(List<Path> anchors, List<Path> crls, List<Path> keyrings) throws Exception {
        return Authenticator.load(new TrustSettings(1, anchors, List.of(), crls, keyrings))
                .ends(now);
    }

    private Instant inDays(int days) {
        return now.plus(Duration.ofDays(days));
    }

    @Test
    void anchorsAndRevocationListsEndAsTheySay() throws Exception {
        LibraryCertificates shop = new LibraryCertificates(Files.createDirectory(folder.resolve("keys")));
        shop.selfSigned("root", Terms.ca());
        Instant next = LibraryCertificates.MADE.plus(Duration.ofDays(7));
        Path list = shop.new Revocations("root", LibraryCertificates.MADE)
                .nextUpdate(next)
                .write("a.crl");
        Path endless = shop.new Revocations("root", LibraryCertificates.MADE)
                .nextUpdate(null)
                .write("b.crl");

        List<TrustedEnd> ends = ends(List.of(shop.pem("root")), List.of(list, endless), List.of());

        assertThat(ends)
                .extracting(TrustedEnd::what)
                .containsExactly(TrustedEnd.What.ANCHOR, TrustedEnd.What.CRL, TrustedEnd.What.CRL);
        assertThat(ends.get(0).name()).contains("CN=root");
        assertThat(ends.get(0).end()).isAfter(LibraryCertificates.MADE);
        assertThat(ends.get(1).end()).isEqualTo(next);
        assertThat(ends.get(2).end()).isNull();
    }

    @Test
    void anOpenPgpKeyEndsWithThePrimaryOrWithTheLastOfItsSigningSubkeys() throws Exception {
        try (GnuPg gpg = new GnuPg()) {
            gpg.key("IEE Endless", "ed25519", "sign,cert", "0");
            gpg.key("IEE Month", "ed25519", "sign,cert", "30d");
            String old = gpg.key("IEE Old", "ed25519", "sign,cert", "30d", "--faked-system-time", fake(-100));
            String subkeyed = gpg.key("IEE Subkey", "ed25519", "cert", "60d");
            gpg.subkey(subkeyed, "ed25519", "sign", "10d");
            gpg.subkey(subkeyed, "ed25519", "sign", "20d");

            assertThat(openPgp(gpg, "IEE Endless").end()).isNull();
            assertThat(openPgp(gpg, "IEE Endless").refusal()).isNull();
            assertThat(openPgp(gpg, "IEE Month").end()).isCloseTo(inDays(30), within(1, ChronoUnit.HOURS));
            assertThat(openPgp(gpg, old).end()).isCloseTo(inDays(-70), within(1, ChronoUnit.HOURS));
            assertThat(openPgp(gpg, old).name()).isEqualTo("IEE Old");
            assertThat(openPgp(gpg, "IEE Subkey").end()).isCloseTo(inDays(20), within(1, ChronoUnit.HOURS));
        }
    }

    @Test
    void aKeyThatSignsNothingSaysWhy() throws Exception {
        try (GnuPg gpg = new GnuPg()) {
            String key = gpg.key("IEE Revocada", "ed25519", "sign,cert", "0");
            Path certificate = gpg.home.resolve("openpgp-revocs.d").resolve(key + ".rev");
            String armored = Files.readString(certificate);
            Files.writeString(certificate, armored.substring(armored.indexOf(":-----") + 1));
            gpg.gpg("--import", certificate.toString());

            TrustedEnd end = openPgp(gpg, key);

            assertThat(end.refusal()).startsWith("was revoked at");
        }
    }

    private TrustedEnd openPgp(GnuPg gpg, String key) throws Exception {
        List<TrustedEnd> ends = ends(List.of(), List.of(), List.of(gpg.export(key)));
        assertThat(ends).hasSize(1);
        assertThat(ends.get(0).what()).isEqualTo(TrustedEnd.What.OPENPGP);
        return ends.get(0);
    }

    private String fake(int days) {
        return Long.toString(inDays(days).getEpochSecond());
    }
}
