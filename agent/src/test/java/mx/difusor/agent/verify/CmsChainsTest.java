package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How far the search for ways up goes, in sets of certificates that were made to have too many. */
class CmsChainsTest {

    @TempDir
    Path folder;

    private LibraryCertificates shop = new LibraryCertificates(Path.of(""));
    private final KeyPair one = LibraryCertificates.key("RSA", 1024);

    @BeforeEach
    void openTheShop() {
        shop = new LibraryCertificates(folder);
    }

    /** All on one key, which is quickly verified. */
    private CmsCertificate issue(String name, String issuer, String subject) throws Exception {
        shop.issue(name, issuer, Terms.ca().subject("CN=" + subject).on(one).algorithm("SHA256withRSA"));
        return CmsCertificate.of(shop.certificate(name).getEncoded());
    }

    @Test
    void manyAnchorsAreNotMoreWaysThanTheLimit() throws Exception {
        List<CmsCertificate> anchors = new ArrayList<>();
        for (int i = 0; i <= CmsChains.MAX_CHAINS; i++) {
            anchors.add(issue("a" + i, "a" + i, "root"));
        }
        CmsCertificate low = issue("low", "a0", "low");
        List<CmsCertificate> fewer = anchors.subList(0, CmsChains.MAX_CHAINS - 1);
        assertThat(new CmsChains(fewer, List.of()).from(low)).hasSameSizeAs(fewer);
        assertThat(new CmsChains(anchors, List.of()).from(low)).hasSize(CmsChains.MAX_CHAINS);
    }

    /** A way that comes after thousands of others that lead nowhere is not looked for. */
    @Test
    void theSearchEndsAfterSoManySteps() throws Exception {
        CmsCertificate root = issue("root", "root", "root");
        List<CmsCertificate> web = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            web.add(issue("w" + i, "w" + i, "web"));
        }
        CmsCertificate astray = issue("astray", "w0", "issuer");
        CmsCertificate right = issue("right", "root", "issuer");
        CmsCertificate low = issue("low", "right", "low");
        List<CmsCertificate> wrongFirst = new ArrayList<>(List.of(astray));
        wrongFirst.addAll(web);
        wrongFirst.add(right);
        assertThat(new CmsChains(List.of(root), wrongFirst).from(low)).isEmpty();
        Collections.reverse(wrongFirst);
        assertThat(new CmsChains(List.of(root), wrongFirst).from(low)).containsExactly(List.of(low, right, root));
    }

    /** With as many certificates as a file may hold, all the ways would take days. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whereNothingIsFoundTheSearchEndsTheSame() throws Exception {
        List<CmsCertificate> web = new ArrayList<>();
        for (int i = 0; i < CmsSignature.MAX_CERTIFICATES; i++) {
            web.add(issue("w" + i, "w" + i, "web"));
        }
        CmsCertificate low = issue("low", "w0", "low");
        assertThat(new CmsChains(List.of(), web).from(low)).isEmpty();
    }
}
