package mx.difusor.agent.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.bcpg.BCPGOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.PublicSubkeyPacket;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.bcpg.UserIDPacket;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;
import org.jspecify.annotations.Nullable;

/** Makes OpenPGP keys and signatures packet by packet, such as no stock tool writes, and quickly. */
final class LibraryOpenPgp {

    private LibraryOpenPgp() {}

    static PGPKeyPair ed25519(Instant made) {
        Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        try {
            return new BcPGPKeyPair(
                    PublicKeyPacket.VERSION_4,
                    PublicKeyAlgorithmTags.EDDSA_LEGACY,
                    generator.generateKeyPair(),
                    Date.from(made));
        } catch (PGPException e) {
            throw new AssertionError(e);
        }
    }

    /** As RFC 9580 has it: a salt before what is hashed, and another kind of fingerprint. */
    static PGPKeyPair version6(Instant made) {
        Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        try {
            return new BcPGPKeyPair(
                    PublicKeyPacket.VERSION_6,
                    PublicKeyAlgorithmTags.Ed25519,
                    generator.generateKeyPair(),
                    Date.from(made));
        } catch (PGPException e) {
            throw new AssertionError(e);
        }
    }

    static PGPKeyPair rsa(int bits, Instant made) {
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(new RSAKeyGenerationParameters(BigInteger.valueOf(65537), new SecureRandom(), bits, 80));
        try {
            return new BcPGPKeyPair(
                    PublicKeyPacket.VERSION_4,
                    PublicKeyAlgorithmTags.RSA_GENERAL,
                    generator.generateKeyPair(),
                    Date.from(made));
        } catch (PGPException e) {
            throw new AssertionError(e);
        }
    }

    /** A signature in the making. */
    static final class Saying {
        private final int type;
        private final PGPSignatureSubpacketGenerator hashed = new PGPSignatureSubpacketGenerator();
        private final PGPSignatureSubpacketGenerator unhashed = new PGPSignatureSubpacketGenerator();
        private int hash = HashAlgorithmTags.SHA256;
        private @Nullable PGPPublicKey named;
        private boolean byKeyId;

        private Saying(int type, Instant made) {
            this.type = type;
            hashed.setSignatureCreationTime(false, Date.from(made));
        }

        /** @param type RFC 9580, 5.2.1 */
        static Saying of(int type, Instant made) {
            return new Saying(type, made);
        }

        Saying flags(int flags) {
            hashed.setKeyFlags(false, flags);
            return this;
        }

        /** After its creation the key may be used that long. */
        Saying keyLife(Duration life) {
            hashed.setKeyExpirationTime(false, life.toSeconds());
            return this;
        }

        /** After it was made this signature holds that long. */
        Saying life(Duration life) {
            hashed.setSignatureExpirationTime(false, life.toSeconds());
            return this;
        }

        Saying primary() {
            hashed.setPrimaryUserID(false, true);
            return this;
        }

        /** @param reason RFC 9580, 5.2.3.31 */
        Saying reason(byte reason) {
            hashed.setRevocationReason(false, reason, "");
            return this;
        }

        Saying hash(int algorithm) {
            hash = algorithm;
            return this;
        }

        /** Whoever signs, says that it is this key. */
        Saying named(PGPPublicKey key) {
            named = key;
            return this;
        }

        /** By the last bytes of the fingerprint alone. */
        Saying namedByKeyId() {
            byKeyId = true;
            return this;
        }

        Saying critical(int subpacket) {
            hashed.addCustomSubpacket(new SignatureSubpacket(subpacket, true, false, new byte[] {0}) {});
            return this;
        }

        Saying embedding(PGPSignature back) {
            try {
                hashed.addEmbeddedSignature(false, back);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return this;
        }

        Saying embeddingUnhashed(PGPSignature back) {
            try {
                unhashed.addEmbeddedSignature(false, back);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return this;
        }

        private PGPSignatureGenerator by(PGPKeyPair signer) throws PGPException {
            PGPPublicKey key = signer.getPublicKey();
            PGPSignatureGenerator generator =
                    new PGPSignatureGenerator(new BcPGPContentSignerBuilder(key.getAlgorithm(), hash), key);
            generator.init(type, signer.getPrivateKey());
            PGPPublicKey issuer = named == null ? key : named;
            if (!byKeyId) {
                hashed.setIssuerFingerprint(false, issuer);
            }
            if (issuer.getVersion() == PublicKeyPacket.VERSION_4) {
                hashed.setIssuerKeyID(false, issuer.getKeyID());
            }
            generator.setHashedSubpackets(hashed.generate());
            generator.setUnhashedSubpackets(unhashed.generate());
            return generator;
        }

        PGPSignature about(PGPPublicKey key, PGPKeyPair signer) {
            try {
                return by(signer).generateCertification(key);
            } catch (PGPException e) {
                throw new AssertionError(e);
            }
        }

        PGPSignature about(PGPPublicKey primary, PGPPublicKey subkey, PGPKeyPair signer) {
            try {
                return by(signer).generateCertification(primary, subkey);
            } catch (PGPException e) {
                throw new AssertionError(e);
            }
        }

        PGPSignature about(PGPPublicKey key, String userId, PGPKeyPair signer) {
            try {
                return by(signer).generateCertification(userId, key);
            } catch (PGPException e) {
                throw new AssertionError(e);
            }
        }

        /** A detached signature file. */
        byte[] over(byte[] content, PGPKeyPair signer) {
            try {
                PGPSignatureGenerator generator = by(signer);
                generator.update(content);
                return generator.generate().getEncoded();
            } catch (PGPException | IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A transferable public key (RFC 9580, 10.1) in the making. */
    static final class Ring {
        private final PGPKeyPair primary;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Ring(PGPKeyPair primary) {
            this.primary = primary;
            write(out -> out.writePacket(primary.getPublicKey().getPublicKeyPacket()));
        }

        Ring itself(Saying... sayings) {
            for (Saying saying : sayings) {
                add(saying.about(primary.getPublicKey(), primary));
            }
            return this;
        }

        Ring userId(String id, Saying... sayings) {
            write(out -> out.writePacket(new UserIDPacket(id)));
            for (Saying saying : sayings) {
                add(saying.about(primary.getPublicKey(), id, primary));
            }
            return this;
        }

        Ring subkey(PGPKeyPair subkey, Saying... sayings) {
            PublicKeyPacket packet = subkey.getPublicKey().getPublicKeyPacket();
            write(out -> out.writePacket(new PublicSubkeyPacket(
                    packet.getVersion(), packet.getAlgorithm(), packet.getTime(), packet.getKey())));
            for (Saying saying : sayings) {
                add(saying.about(primary.getPublicKey(), subkey.getPublicKey(), primary));
            }
            return this;
        }

        /** About what was added last, whoever made it. */
        Ring add(PGPSignature signature) {
            write(signature::encode);
            return this;
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        private void write(Writing packets) {
            try {
                BCPGOutputStream out = new BCPGOutputStream(bytes);
                packets.to(out);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private interface Writing {
            void to(BCPGOutputStream out) throws IOException;
        }
    }
}
