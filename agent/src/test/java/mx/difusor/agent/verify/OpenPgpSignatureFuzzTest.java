package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/** A {@code .sig} or {@code .asc} comes from the network, before anything about its sender is known. */
class OpenPgpSignatureFuzzTest {

    private static final SignatureFuzzBench BENCH = new SignatureFuzzBench();

    /** Whatever the file: an outcome, and a good one only where the library by itself finds one of our keys in it. */
    @FuzzTest
    void onlyWhatWasSignedIsGood(byte[] signature) throws Exception {
        boolean armored = new String(signature, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
        SignatureFinding finding = BENCH.judge(armored ? ".asc" : ".sig", signature);
        assertThat(finding.size()).isEqualTo(BENCH.archive().length);
        if (finding instanceof SignatureFinding.Enough) {
            assertThat(isSignedByOneOfOurs(signature)).isTrue();
        }
    }

    private static boolean isSignedByOneOfOurs(byte[] file) throws Exception {
        BcPGPPublicKeyRingCollection rings = new BcPGPPublicKeyRingCollection(SignatureFuzzBench.resource("keys.gpg"));
        BcPGPObjectFactory objects = new BcPGPObjectFactory(PGPUtil.getDecoderStream(new ByteArrayInputStream(file)));
        for (Object object = objects.nextObject(); object != null; object = objects.nextObject()) {
            if (object instanceof PGPSignatureList signatures) {
                for (PGPSignature signature : signatures) {
                    for (Iterator<PGPPublicKeyRing> all = rings.getKeyRings(); all.hasNext(); ) {
                        for (PGPPublicKey key : all.next()) {
                            if (verifies(signature, key)) {
                                return true;
                            }
                        }
                    }
                }
            }
        }
        return false;
    }

    private static boolean verifies(PGPSignature signature, PGPPublicKey key) {
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(BENCH.archive());
            return signature.getSignatureType() == PGPSignature.BINARY_DOCUMENT && signature.verify();
        } catch (PGPException | RuntimeException e) {
            return false;
        }
    }
}
