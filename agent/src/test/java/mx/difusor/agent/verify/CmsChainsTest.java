package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How far the search for ways up goes, in sets of certificates that were made to have too many. */
class CmsChainsTest {

    @TempDir
    Path folder;

    private LibraryCertificates shop = new LibraryCertificates(Path.of(""));
    private final CmsKeyOperations operations = new CmsKeyOperations(new BouncyCastleProvider());
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
        assertThat(new CmsChains(fewer, List.of(), operations).from(low)).hasSameSizeAs(fewer);
        assertThat(new CmsChains(anchors, List.of(), operations).from(low)).hasSize(CmsChains.MAX_CHAINS);
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
        assertThat(new CmsChains(List.of(root), wrongFirst, operations).from(low))
                .isEmpty();
        Collections.reverse(wrongFirst);
        assertThat(new CmsChains(List.of(root), wrongFirst, operations).from(low))
                .containsExactly(List.of(low, right, root));
    }

    /** Authorities that issued one another have many ways and few signatures. */
    @Test
    void eachSignatureOnTheWayIsVerifiedOnce() throws Exception {
        KeyPair strong = LibraryCertificates.key("EC", "secp256r1");
        List<CmsCertificate> web = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            shop.issue("s" + i, "s" + i, Terms.ca().subject("CN=web").on(strong));
            web.add(CmsCertificate.of(shop.certificate("s" + i).getEncoded()));
        }
        shop.issue("low", "s0", Terms.leaf());
        CmsCertificate low = CmsCertificate.of(shop.certificate("low").getEncoded());
        assertThat(new CmsChains(List.of(), web, operations).from(low)).isEmpty();
        assertThat(operations.wanted()).isEqualTo(4 + 4 * 3);
    }

    /** It is refused whatever it signed. */
    @Test
    void anAuthorityWithAWeakKeyCountsByItsName() throws Exception {
        CmsCertificate root = issue("root", "root", "root");
        CmsCertificate weak = issue("weak", "root", "weak");
        shop.issue("impostor", "impostor", Terms.ca().subject("CN=weak"));
        shop.issue("low", "impostor", Terms.leaf());
        CmsCertificate low = CmsCertificate.of(shop.certificate("low").getEncoded());
        assertThat(new CmsChains(List.of(root), List.of(weak), operations).from(low))
                .containsExactly(List.of(low, weak, root));
        // That of the root on the authority; an anchor's key is the operator's choice.
        assertThat(operations.wanted()).isEqualTo(1);
        assertThat(new CmsChains(List.of(weak), List.of(), operations).from(low))
                .isEmpty();
    }

    /** With as many certificates as a file may hold, all the ways would take days. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whereNothingIsFoundTheSearchEndsTheSame() throws Exception {
        List<CmsCertificate> web = new ArrayList<>();
        for (int i = 0; i < CmsSize.MAX_CERTIFICATES; i++) {
            web.add(issue("w" + i, "w" + i, "web"));
        }
        CmsCertificate low = issue("low", "w0", "low");
        assertThat(new CmsChains(List.of(), web, operations).from(low)).isEmpty();
    }
}
