package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.LibraryCertificates.ENDS;
import static mx.difusor.agent.verify.LibraryCertificates.MADE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.ExpiryOverrides;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's word that a certificate counts though it expired, where it has not, or not yet begun. */
class CmsOverridesTest {

    private static final Instant EARLY = MADE.minusSeconds(1);

    @TempDir
    Path folder;

    private LibraryCertificates shop = new LibraryCertificates(Path.of(""));

    private Upload upload;

    @BeforeEach
    void issueCertificates() throws IOException {
        upload = Upload.in(folder);
        shop = new LibraryCertificates(Files.createDirectory(folder.resolve("keys")));
        shop.selfSigned("root", Terms.ca().valid(MADE.minusSeconds(100), ENDS));
        shop.issue("leaf", "root", Terms.leaf());
        LibraryCms cms = new LibraryCms(shop.folder).signer("leaf", "SHA256withECDSA");
        upload.write(Upload.NAME + ".p7s", cms.sign(upload.bytes(Upload.NAME)));
    }

    private SignatureFinding check(Instant at) {
        try {
            String print =
                    Digest.ofContent(shop.certificate("leaf").getEncoded()).hex();
            ExpiryOverrides always = ExpiryOverrides.NONE.with(
                    new ExpiryOverride(print, EARLY.minusSeconds(60), ENDS.plusSeconds(60), "ana", "noche", null));
            return upload.check(
                    Authenticator.load(new TrustSettings(1, List.of(shop.pem("root")), List.of(), List.of(), List.of()))
                            .allowing(always),
                    at);
        } catch (IOException | MachineException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void itIsNotNeededBeforeTheEndAndSaysNothing() {
        assertThat(check(ENDS))
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.warnings()).isEmpty());
    }

    @Test
    void itForgivesNoBeginningNorIsItOfferedForOne() {
        assertThat(check(EARLY)).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.SIGNATURE_EXPIRED);
            assertThat(refused.message())
                    .contains("is valid only from 2024-01-01T00:00:00Z")
                    .doesNotContain("allow-expired");
        });
    }
}
