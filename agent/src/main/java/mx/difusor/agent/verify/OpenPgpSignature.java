package mx.difusor.agent.verify;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.ExpiryOverrides;
import mx.difusor.agent.model.Reason;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPMarker;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.operator.PGPContentVerifierBuilderProvider;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;

/** A {@code .sig} or {@code .asc} file: detached OpenPGP signatures over binary data (RFC 9580), armored or not. */
final class OpenPgpSignature implements DetachedSignature {

    static final int MAX_SIGNATURES = 16;

    private static final Pattern OTHER_ARMOR = Pattern.compile("-----BEGIN [A-Z0-9 ]+-----");

    private final SignatureFile file;
    private final List<Packet> packets;

    private OpenPgpSignature(SignatureFile file, List<Packet> packets) {
        this.file = file;
        this.packets = packets;
    }

    static DetachedSignature open(
            SignatureFile file, OpenPgpKeyring keyring, PGPContentVerifierBuilderProvider verifiers) {
        Optional<SignatureOutcome> form = form(file);
        if (form.isPresent()) {
            return DetachedSignature.decided(form.get());
        }
        try {
            return open(file, parse(file), keyring, verifiers);
        } catch (FormException e) {
            return DetachedSignature.decided(file.form(e.what));
        } catch (IOException | PGPException | RuntimeException e) {
            return DetachedSignature.decided(file.incomplete("is not a whole openpgp signature"));
        }
    }

    /** What the first line of a text, or the first packet's tag, says already. */
    private static Optional<SignatureOutcome> form(SignatureFile file) {
        String text = file.text().stripLeading();
        if (text.startsWith("-----BEGIN PGP SIGNED MESSAGE-----")) {
            return Optional.of(file.form("is a clear-signed message, which embeds its content"));
        }
        if (text.startsWith("-----BEGIN PGP MESSAGE-----")) {
            return Optional.of(file.form("is an openpgp message that embeds its content"));
        }
        if (text.startsWith("-----BEGIN CMS-----") || text.startsWith("-----BEGIN PKCS7-----")) {
            return Optional.of(file.form("holds a cms signature, which belongs in a .p7s"));
        }
        if (text.startsWith("-----BEGIN PGP SIGNATURE-----")) {
            return text.stripTrailing().endsWith("-----END PGP SIGNATURE-----")
                    ? Optional.empty()
                    : Optional.of(file.incomplete("is not a whole openpgp signature"));
        }
        return OTHER_ARMOR.matcher(text).lookingAt()
                ? Optional.of(file.form("is no openpgp signature"))
                : Optional.empty();
    }

    private static List<PGPSignature> parse(SignatureFile file) throws IOException, FormException {
        InputStream bytes = new ByteArrayInputStream(file.bytes());
        boolean armored = file.text().stripLeading().startsWith("-----BEGIN ");
        PGPObjectFactory objects =
                new PGPObjectFactory(armored ? new ArmoredInputStream(bytes) : bytes, new BcKeyFingerprintCalculator());
        List<PGPSignature> signatures = new ArrayList<>();
        for (Object object = objects.nextObject(); object != null; object = objects.nextObject()) {
            if (object instanceof PGPSignatureList list) {
                list.forEach(signatures::add);
            } else if (!(object instanceof PGPMarker)) {
                throw new FormException("is an openpgp message that embeds its content, not a detached signature");
            }
            if (signatures.size() > MAX_SIGNATURES) {
                throw new FormException("has more than " + MAX_SIGNATURES + " signatures in it");
            }
        }
        if (signatures.isEmpty()) {
            throw new IOException("no signature");
        }
        return signatures;
    }

    private static DetachedSignature open(
            SignatureFile file,
            List<PGPSignature> signatures,
            OpenPgpKeyring keyring,
            PGPContentVerifierBuilderProvider verifiers)
            throws FormException, PGPException {
        List<Packet> packets = new ArrayList<>();
        for (PGPSignature signature : signatures) {
            if (signature.getSignatureType() == PGPSignature.CANONICAL_TEXT_DOCUMENT) {
                throw new FormException("is made in text mode, not over the file's bytes");
            }
            if (signature.getSignatureType() != PGPSignature.BINARY_DOCUMENT) {
                throw new FormException("is an openpgp signature of type 0x"
                        + Integer.toHexString(signature.getSignatureType()) + ", not one over a file");
            }
            Optional<String> refused = OpenPgpPolicy.refusal(signature);
            if (refused.isPresent()) {
                boolean weakHash =
                        StrongHash.ofOpenPgp(signature.getHashAlgorithm()).isEmpty();
                throw new FormException(refused.get() + (weakHash ? " (use --digest-algo SHA256)" : ""));
            }
            packets.add(packet(signature, keyring, verifiers));
        }
        return new OpenPgpSignature(file, List.copyOf(packets));
    }

    private static Packet packet(
            PGPSignature signature, OpenPgpKeyring keyring, PGPContentVerifierBuilderProvider verifiers)
            throws PGPException {
        for (OpenPgpKey owner : keyring.keys()) {
            for (PGPPublicKey key : owner.keysNamedBy(signature)) {
                if (key.getAlgorithm() == signature.getKeyAlgorithm()) {
                    signature.init(verifiers, key);
                    return new KnownKey(signature, owner, key, keyring.overrides());
                }
            }
        }
        return new UnknownKey(signature);
    }

    @Override
    public Set<StrongHash> hashes() {
        return EnumSet.noneOf(StrongHash.class);
    }

    @Override
    public List<ByteSink> sinks() {
        return List.copyOf(packets);
    }

    @Override
    public SignatureOutcome judge(RawBytes bytes, JudgingTime when) {
        return SignatureOutcome.ofAll(
                packets.stream().map(packet -> packet.judge(file, bytes, when)).toList());
    }

    /** One signature packet; it hashes the file itself, because its own trailer belongs at the end. */
    private interface Packet extends ByteSink {
        SignatureOutcome judge(SignatureFile file, RawBytes bytes, JudgingTime when);
    }

    private record KnownKey(PGPSignature signature, OpenPgpKey owner, PGPPublicKey key, ExpiryOverrides overrides)
            implements Packet {
        @Override
        public void take(byte[] buffer, int length) {
            signature.update(buffer, 0, length);
        }

        @Override
        public SignatureOutcome judge(SignatureFile file, RawBytes bytes, JudgingTime when) {
            if (!OpenPgpPolicy.holds(signature::verify)) {
                return file.unfit(owner.name(when), bytes);
            }
            String who = "is signed by " + owner.name(when) + ", whose key ";
            Set<String> allowed = new HashSet<>();
            List<String> warnings = new ArrayList<>();
            Optional<OpenPgpKey.Refusal> refusal = owner.refusal(key, when, allowed);
            while (override(refusal, when).isPresent()) {
                OpenPgpKey.Refusal old = refusal.orElseThrow();
                warnings.add(file.name() + " " + who
                        + file.allowed(old.what(), override(refusal, when).orElseThrow()));
                allowed.add("" + old.expired());
                refusal = owner.refusal(key, when, allowed);
            }
            return refusal.map(one -> refused(file, who, one))
                    .or(() -> outOfDate(file, when.received()))
                    .orElseGet(() -> new SignatureOutcome.Good(List.of(owner.signer(when)), warnings));
        }

        private Optional<ExpiryOverride> override(Optional<OpenPgpKey.Refusal> refusal, JudgingTime when) {
            return refusal.flatMap(one -> Optional.ofNullable(one.expired()))
                    .flatMap(fingerprint -> overrides.covering(fingerprint, when.now()));
        }

        private static SignatureOutcome refused(SignatureFile file, String who, OpenPgpKey.Refusal refusal) {
            String what = who + refusal.what();
            return switch (refusal.kind()) {
                case WEAK ->
                    new SignatureOutcome.Bad(
                            Reason.SIGNATURE_INVALID, file.name() + " " + what + ": sign with a stronger key");
                case UNTRUSTED ->
                    file.untrusted(
                            what,
                            "sign with a key in force and have its current public key put in"
                                    + " trust.openpgp.keyrings");
                case EXPIRED ->
                    file.expired(
                            what,
                            "extend or replace the key and have its current public key put in"
                                    + " trust.openpgp.keyrings"
                                    + (refusal.expired() == null ? "" : file.override(refusal.expired())));
            };
        }

        private Optional<SignatureOutcome> outOfDate(SignatureFile file, Instant at) {
            Instant made = signature.getCreationTime().toInstant();
            if (made.isAfter(at.plus(OpenPgpPolicy.CLOCK_TOLERANCE))) {
                return Optional.of(file.expired("is dated " + made + ", in the future", "set the clock, sign again"));
            }
            if (made.plus(OpenPgpPolicy.CLOCK_TOLERANCE)
                    .isBefore(key.getCreationTime().toInstant())) {
                return Optional.of(
                        file.expired("is dated " + made + ", before its key was made", "set the clock, sign again"));
            }
            long life = signature.getHashedSubPackets().getSignatureExpirationTime();
            return life != 0 && !at.isBefore(made.plusSeconds(life))
                    ? Optional.of(
                            file.expired("is a signature that expired at " + made.plusSeconds(life), "sign again"))
                    : Optional.empty();
        }
    }

    /** Only the first two bytes of the hash can be compared: enough to tell a stranger from an unfinished upload. */
    private static final class UnknownKey implements Packet {
        /** The library keeps the salt of newer ones to itself. */
        private static final int SALTLESS_VERSION = 4;

        private final PGPSignature signature;
        private final MessageDigest digest;

        UnknownKey(PGPSignature signature) {
            this.signature = signature;
            this.digest = StrongHash.ofOpenPgp(signature.getHashAlgorithm())
                    .orElseThrow()
                    .start();
        }

        @Override
        public void take(byte[] buffer, int length) {
            digest.update(buffer, 0, length);
        }

        @Override
        public SignatureOutcome judge(SignatureFile file, RawBytes bytes, JudgingTime when) {
            String who = signature.getKeyIdentifiers().stream()
                    .map(UnknownKey::describe)
                    .findFirst()
                    .orElse("an unnamed key");
            if (!mayFit()) {
                return file.unfit("the unknown " + who, bytes);
            }
            return file.untrusted(
                    "is signed by " + who + ", which is not among those trusted",
                    "sign with a trusted key, or have its public key added to trust.openpgp.keyrings");
        }

        private boolean mayFit() {
            if (signature.getVersion() != SALTLESS_VERSION) {
                return true;
            }
            byte[] hash = digest.digest(signature.getSignatureTrailer());
            byte[] prefix = signature.getDigestPrefix();
            return hash[0] == prefix[0] && hash[1] == prefix[1];
        }

        private static String describe(KeyIdentifier key) {
            byte[] fingerprint = key.getFingerprint();
            return "openpgp key "
                    + (fingerprint == null
                            ? String.format(Locale.ROOT, "%016X", key.getKeyId())
                            : HexFormat.of().withUpperCase().formatHex(fingerprint));
        }
    }

    /** A form that is never accepted. */
    private static final class FormException extends Exception {
        private final String what;

        FormException(String what) {
            super(what);
            this.what = what;
        }
    }
}
