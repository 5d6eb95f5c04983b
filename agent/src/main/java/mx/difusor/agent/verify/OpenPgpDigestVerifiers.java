package mx.difusor.agent.verify;

import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.NullDigest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed448PublicKeyParameters;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.Ed448Signer;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.operator.PGPContentVerifier;
import org.bouncycastle.openpgp.operator.PGPContentVerifierBuilder;
import org.bouncycastle.openpgp.operator.PGPContentVerifierBuilderProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyConverter;

/**
 * Verifies a signature over bytes that are hashed already: the library adds the signature's own trailer to that hash,
 * and what is left is one operation with the key. So that any number of signatures takes one pass over a file.
 */
final class OpenPgpDigestVerifiers implements PGPContentVerifierBuilderProvider {

    private final StrongHash hash;
    private final MessageDigest begun;

    /** @param begun has seen the bytes; is used up by one signature */
    OpenPgpDigestVerifiers(StrongHash hash, MessageDigest begun) {
        this.hash = hash;
        this.begun = begun;
    }

    @Override
    public PGPContentVerifierBuilder get(int keyAlgorithm, int hashAlgorithm) {
        return key -> new Verifier(key, keyAlgorithm, hashAlgorithm);
    }

    private Signer signer(int keyAlgorithm, AsymmetricKeyParameter key) throws PGPException {
        return switch (keyAlgorithm) {
            case PublicKeyAlgorithmTags.RSA_GENERAL ->
                new RSADigestSigner(new NullDigest(), new ASN1ObjectIdentifier(hash.oid()));
            case PublicKeyAlgorithmTags.ECDSA -> new DSADigestSigner(new ECDSASigner(), new NullDigest());
            // RFC 9580, 5.2.3.3 to 5.2.3.5: what these sign is the digest, taken for a message.
            case PublicKeyAlgorithmTags.EDDSA_LEGACY, PublicKeyAlgorithmTags.Ed25519 ->
                key instanceof Ed448PublicKeyParameters ? new Ed448Signer(new byte[0]) : new Ed25519Signer();
            default -> throw new PGPException("public key algorithm " + keyAlgorithm);
        };
    }

    private final class Verifier implements PGPContentVerifier {
        private final PGPPublicKey key;
        private final int keyAlgorithm;
        private final int hashAlgorithm;
        private final Signer signer;

        Verifier(PGPPublicKey key, int keyAlgorithm, int hashAlgorithm) throws PGPException {
            this.key = key;
            this.keyAlgorithm = keyAlgorithm;
            this.hashAlgorithm = hashAlgorithm;
            AsymmetricKeyParameter parameters = new BcPGPKeyConverter().getPublicKey(key);
            signer = signer(keyAlgorithm, parameters);
            signer.init(false, parameters);
        }

        @Override
        public OutputStream getOutputStream() {
            return new DigestOutputStream(OutputStream.nullOutputStream(), begun);
        }

        @Override
        public int getHashAlgorithm() {
            return hashAlgorithm;
        }

        @Override
        public int getKeyAlgorithm() {
            return keyAlgorithm;
        }

        @Override
        public long getKeyID() {
            return key.getKeyID();
        }

        @Override
        public boolean verify(byte[] expected) {
            byte[] digest = begun.digest();
            signer.update(digest, 0, digest.length);
            return signer.verifySignature(expected);
        }
    }
}
