package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.RuntimeOperatorException;

/** A {@code .p7s} comes from the network, before anything about its sender is known. */
class CmsSignatureFuzzTest {

    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
    private static final SignatureFuzzBench BENCH = new SignatureFuzzBench();

    /** Whatever the file: an outcome, and a good one only where the library by itself finds one of our signers in it. */
    @FuzzTest
    void onlyWhatWasSignedIsGood(byte[] signature) throws Exception {
        SignatureFinding finding = BENCH.judge(".p7s", signature);
        assertThat(finding.size()).isEqualTo(BENCH.archive().length);
        if (finding instanceof SignatureFinding.Enough) {
            assertThat(isSignedByOneOfOurs(signature)).isTrue();
        }
    }

    private static boolean isSignedByOneOfOurs(byte[] signature) throws Exception {
        CMSSignedData signed = new CMSSignedData(new CMSProcessableByteArray(BENCH.archive()), content(signature));
        for (SignerInformation signer : signed.getSignerInfos()) {
            for (String name : List.of("ec.pem", "rsa.pem", "below.pem")) {
                if (verifies(signer, name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean verifies(SignerInformation signer, String certificate)
            throws IOException, OperatorCreationException {
        String pem = new String(SignatureFuzzBench.resource(certificate), StandardCharsets.US_ASCII);
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            X509CertificateHolder holder = (X509CertificateHolder) parser.readObject();
            return signer.verify(new JcaSimpleSignerInfoVerifierBuilder()
                    .setProvider(PROVIDER)
                    .build(BouncyCastleProvider.getPublicKey(holder.getSubjectPublicKeyInfo())));
        } catch (CMSException | RuntimeOperatorException e) {
            return false;
        }
    }

    /** Decodes base64 as leniently as the agent does: what is signed is told by what comes out. */
    private static ContentInfo content(byte[] signature) {
        String text = new String(signature, StandardCharsets.ISO_8859_1);
        if (!text.contains("-----BEGIN ")) {
            return ContentInfo.getInstance(signature);
        }
        String body = text.replaceAll("(?s)^.*?-----BEGIN [^-]*-----|-----END .*$", "");
        return ContentInfo.getInstance(Base64.getMimeDecoder().decode(body));
    }
}
