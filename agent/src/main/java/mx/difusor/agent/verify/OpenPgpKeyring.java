package mx.difusor.agent.verify;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mx.difusor.agent.model.ExpiryOverrides;
import mx.difusor.agent.model.MachineException;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.operator.PGPContentVerifierBuilderProvider;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;

/** The OpenPGP keys that may sign packages: those of the configured keyrings, and no others. */
final class OpenPgpKeyring {

    static final int MAX_KEYS = 1_000;
    /** Of those that stand by themselves. */
    static final int MAX_REVOCATIONS = 1_000;

    /** Some tools write a revocation as a signature. */
    private static final Pattern ARMORED =
            Pattern.compile("-----BEGIN PGP (PUBLIC KEY BLOCK|SIGNATURE)-----.*?-----END PGP \\1-----", Pattern.DOTALL);

    private static final Pattern OTHER_ARMOR =
            Pattern.compile("-----BEGIN PGP (?!(?:PUBLIC KEY BLOCK|SIGNATURE)-----)");

    /** What old programs of Windows write behind a file's last byte. */
    private static final char END_OF_FILE = 0x1A;

    /** Where GnuPG's own key box has its mark. */
    private static final int KEY_BOX_MARK_AT = 8;

    private static final String KEY_BOX_MARK = "KBXf";
    private static final String CURE = "put public keys there: gpg --export --armor KEY > FILE";

    private final List<OpenPgpKey> keys;
    private final ExpiryOverrides overrides;

    private OpenPgpKeyring(List<OpenPgpKey> keys, ExpiryOverrides overrides) {
        this.keys = List.copyOf(keys);
        this.overrides = overrides;
    }

    OpenPgpKeyring allowing(ExpiryOverrides more) {
        return new OpenPgpKeyring(keys, more);
    }

    ExpiryOverrides overrides() {
        return overrides;
    }

    static OpenPgpKeyring load(List<Path> files, PGPContentVerifierBuilderProvider verifiers) throws MachineException {
        Map<String, OpenPgpKey> keys = new LinkedHashMap<>();
        List<PGPSignature> revocations = new ArrayList<>();
        List<PGPSignature> strays = new ArrayList<>();
        for (Path file : files) {
            for (PGPPublicKeyRing ring : read(file, revocations)) {
                String fingerprint = OpenPgpKey.fingerprint(ring.getPublicKey());
                OpenPgpKey known = keys.get(fingerprint);
                if (known == null) {
                    keys.put(fingerprint, new OpenPgpKey(ring, verifiers, strays));
                } else {
                    known.add(ring, verifiers, strays);
                }
            }
            if (keys.size() > MAX_KEYS) {
                throw TrustFile.bad(
                        file, "brings more than " + MAX_KEYS + " keys", "keep only the Institute's in it", null);
            }
        }
        strays.addAll(revocations);
        keys.values().forEach(key -> key.heed(strays, keys, verifiers));
        return new OpenPgpKeyring(List.copyOf(keys.values()), ExpiryOverrides.NONE);
    }

    List<OpenPgpKey> keys() {
        return keys;
    }

    List<TrustedEnd> ends(Instant at) {
        return keys.stream().map(key -> key.end(at)).toList();
    }

    /** @param revocations takes those that stand by themselves, as gpg writes a revocation certificate */
    private static List<PGPPublicKeyRing> read(Path file, List<PGPSignature> revocations) throws MachineException {
        byte[] bytes = TrustFile.read(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.startsWith(KEY_BOX_MARK, KEY_BOX_MARK_AT)) {
            throw TrustFile.bad(file, "is GnuPG's own key box", CURE, null);
        }
        if (text.contains("-----BEGIN PGP PRIVATE KEY BLOCK-----")) {
            throw privateKey(file);
        }
        List<PGPPublicKeyRing> rings = new ArrayList<>();
        int before = revocations.size();
        try {
            if (text.contains("-----BEGIN PGP ")) {
                Matcher block = ARMORED.matcher(text);
                int blocks = 0;
                for (; block.find(); blocks++) {
                    byte[] armored = block.group().getBytes(StandardCharsets.ISO_8859_1);
                    readRings(file, new ArmoredInputStream(new ByteArrayInputStream(armored)), rings, revocations);
                }
                if (ARMORED.matcher(text).replaceAll("").chars().anyMatch(OpenPgpKeyring::isNoText)) {
                    throw TrustFile.bad(file, "holds binary keys beside armored ones", CURE, null);
                }
                if (OTHER_ARMOR.matcher(text).find()) {
                    throw somethingElse(file);
                }
                if (blocks
                        < TrustFile.beginnings(text, "PGP PUBLIC KEY BLOCK")
                                + TrustFile.beginnings(text, "PGP SIGNATURE")) {
                    throw TrustFile.cut(file);
                }
            } else {
                readRings(file, new ByteArrayInputStream(bytes), rings, revocations);
            }
        } catch (IOException | RuntimeException e) {
            throw TrustFile.bad(file, "holds no readable openpgp keys", CURE, e);
        }
        if (revocations.size() > MAX_REVOCATIONS) {
            throw TrustFile.bad(
                    file,
                    "brings more than " + MAX_REVOCATIONS + " revocations",
                    "keep only the Institute's in it",
                    null);
        }
        if (rings.isEmpty() && revocations.size() == before) {
            throw TrustFile.bad(file, "holds no openpgp public key", CURE, null);
        }
        return rings;
    }

    private static void readRings(
            Path file, InputStream packets, List<PGPPublicKeyRing> rings, List<PGPSignature> revocations)
            throws IOException, MachineException {
        PGPObjectFactory objects = new PGPObjectFactory(packets, new BcKeyFingerprintCalculator());
        for (Object object = objects.nextObject(); object != null; object = objects.nextObject()) {
            if (object instanceof PGPSecretKeyRing) {
                throw privateKey(file);
            }
            if (object instanceof PGPPublicKeyRing ring) {
                rings.add(ring);
            } else if (object instanceof PGPSignatureList list && areRevocations(list)) {
                list.forEach(revocations::add);
            } else {
                throw somethingElse(file);
            }
        }
    }

    private static MachineException somethingElse(Path file) {
        return TrustFile.bad(file, "holds something else than openpgp public keys and their revocations", CURE, null);
    }

    /** Of what stands between armored blocks, which nobody reads: people's notes, in any encoding. */
    private static boolean isNoText(int c) {
        return c < ' ' && !Character.isWhitespace(c) && c != END_OF_FILE;
    }

    private static boolean areRevocations(PGPSignatureList list) {
        for (PGPSignature signature : list) {
            if (signature.getSignatureType() != PGPSignature.KEY_REVOCATION) {
                return false;
            }
        }
        return true;
    }

    private static MachineException privateKey(Path file) {
        return TrustFile.bad(file, "holds a private key", "take it away from this host; " + CURE, null);
    }
}
