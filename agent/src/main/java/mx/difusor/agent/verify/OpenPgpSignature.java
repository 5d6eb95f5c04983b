package mx.difusor.agent.verify;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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

    /** Those of version 6 begin with a salt of their own, so that each takes a pass over the archive for itself. */
    static final int MAX_SALTED = 2;

    /** The library keeps the salt of newer ones to itself. */
    private static final int SALTLESS_VERSION = 4;

    /**
     * Of a file: 16 signatures with the largest keys, armored, have half of it. Each two bytes can be one of a signature's
     * statements, and an object to the library.
     */
    static final int MAX_BYTES = 128 << 10;

    private static final String BEGIN = "-----BEGIN PGP SIGNATURE-----";
    private static final String END = "-----END PGP SIGNATURE-----";

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
        if (file.bytes().length > MAX_BYTES) {
            return DetachedSignature.decided(
                    file.form("is larger than " + MAX_BYTES + " bytes, as if it embedded its content"));
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
        if (text.startsWith("-----BEGIN CMS-----")
                || text.startsWith("-----BEGIN PKCS7-----")
                || CmsSignature.isIn(file)) {
            return Optional.of(file.form("holds a cms signature, which belongs in a .p7s"));
        }
        if (text.startsWith(BEGIN)) {
            return text.stripTrailing().endsWith(END)
                    ? Optional.empty()
                    : Optional.of(file.incomplete("is not a whole openpgp signature"));
        }
        return OTHER_ARMOR.matcher(text).lookingAt()
                ? Optional.of(file.form("is no openpgp signature"))
                : Optional.empty();
    }

    private static List<PGPSignature> parse(SignatureFile file) throws IOException, FormException {
        List<PGPSignature> signatures = new ArrayList<>();
        if (file.text().stripLeading().startsWith(BEGIN)) {
            for (String block : blocks(file.text())) {
                byte[] armored = block.getBytes(StandardCharsets.ISO_8859_1);
                parse(new ArmoredInputStream(new ByteArrayInputStream(armored)), signatures);
            }
        } else {
            parse(new ByteArrayInputStream(file.bytes()), signatures);
        }
        return signatures;
    }

    /**
     * The armored blocks of a file, as {@code cat} puts them together; the library reads the first one alone. All of
     * them count, so nothing else may stand between them.
     */
    private static List<String> blocks(String text) throws IOException, FormException {
        List<String> blocks = new ArrayList<>();
        String rest = text.strip();
        for (int end = rest.indexOf(END); !rest.isEmpty(); end = rest.indexOf(END)) {
            if (!rest.startsWith(BEGIN) || end < 0) {
                throw new IOException("something else than signatures");
            }
            if (blocks.size() == MAX_SIGNATURES) {
                throw tooMany();
            }
            blocks.add(rest.substring(0, end + END.length()));
            rest = rest.substring(end + END.length()).stripLeading();
        }
        return blocks;
    }

    private static FormException tooMany() {
        return new FormException("has more than " + MAX_SIGNATURES + " signatures in it");
    }

    /** @throws IOException where they hold none: not a whole one */
    private static void parse(InputStream packets, List<PGPSignature> signatures) throws IOException, FormException {
        PGPObjectFactory objects = new PGPObjectFactory(packets, new BcKeyFingerprintCalculator());
        int before = signatures.size();
        for (Object object = objects.nextObject(); object != null; object = objects.nextObject()) {
            if (object instanceof PGPSignatureList list) {
                list.forEach(signatures::add);
            } else if (!(object instanceof PGPMarker)) {
                throw new FormException("is an openpgp message that embeds its content, not a detached signature");
            }
            if (signatures.size() > MAX_SIGNATURES) {
                throw tooMany();
            }
        }
        if (signatures.size() == before) {
            throw new IOException("no signature");
        }
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
        if (packets.stream().mapToInt(packet -> packet.sinks().size()).sum() > MAX_SALTED) {
            throw new FormException("has more than " + MAX_SALTED + " signatures of version 6 in it");
        }
        return new OpenPgpSignature(file, List.copyOf(packets));
    }

    private static Packet packet(
            PGPSignature signature, OpenPgpKeyring keyring, PGPContentVerifierBuilderProvider verifiers)
            throws PGPException {
        for (OpenPgpKey owner : keyring.keys()) {
            for (PGPPublicKey key : owner.keysNamedBy(signature)) {
                if (key.getAlgorithm() == signature.getKeyAlgorithm()) {
                    if (isSalted(signature)) {
                        signature.init(verifiers, key);
                    }
                    return new KnownKey(signature, owner, key, keyring.overrides());
                }
            }
        }
        return new UnknownKey(signature);
    }

    private static boolean isSalted(PGPSignature signature) {
        return signature.getVersion() != SALTLESS_VERSION;
    }

    private static StrongHash hash(PGPSignature signature) {
        return StrongHash.ofOpenPgp(signature.getHashAlgorithm()).orElseThrow();
    }

    @Override
    public Set<StrongHash> hashes() {
        Set<StrongHash> hashes = EnumSet.noneOf(StrongHash.class);
        for (Packet packet : packets) {
            if (!isSalted(packet.signature())) {
                hashes.add(hash(packet.signature()));
            }
        }
        return hashes;
    }

    /** Its own trailer belongs behind the bytes. */
    @Override
    public boolean goesOn() {
        return !hashes().isEmpty();
    }

    @Override
    public List<ByteSink> sinks() {
        return packets.stream().flatMap(packet -> packet.sinks().stream()).toList();
    }

    @Override
    public SignatureOutcome judge(RawBytes bytes, JudgingTime when) {
        return SignatureOutcome.ofAll(
                packets.stream().map(packet -> packet.judge(file, bytes, when)).toList());
    }

    /** One signature packet. */
    private interface Packet {
        PGPSignature signature();

        /** It hashes the file itself where it has a salt, and could count. */
        List<ByteSink> sinks();

        SignatureOutcome judge(SignatureFile file, RawBytes bytes, JudgingTime when);
    }

    private record KnownKey(PGPSignature signature, OpenPgpKey owner, PGPPublicKey key, ExpiryOverrides overrides)
            implements Packet {
        @Override
        public List<ByteSink> sinks() {
            return isSalted(signature) ? List.of((buffer, length) -> signature.update(buffer, 0, length)) : List.of();
        }

        private boolean fits(RawBytes bytes) throws PGPException {
            if (!isSalted(signature)) {
                StrongHash hash = hash(signature);
                signature.init(new OpenPgpDigestVerifiers(hash, bytes.begun(hash)), key);
            }
            return signature.verify();
        }

        @Override
        public SignatureOutcome judge(SignatureFile file, RawBytes bytes, JudgingTime when) {
            if (!OpenPgpPolicy.holds(() -> fits(bytes))) {
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
    private record UnknownKey(PGPSignature signature) implements Packet {

        @Override
        public List<ByteSink> sinks() {
            return List.of();
        }

        @Override
        public SignatureOutcome judge(SignatureFile file, RawBytes bytes, JudgingTime when) {
            String who = signature.getKeyIdentifiers().stream()
                    .map(UnknownKey::describe)
                    .findFirst()
                    .orElse("an unnamed key");
            if (!mayFit(bytes)) {
                return file.unfit("the unknown " + who, bytes);
            }
            return file.untrusted(
                    "is signed by " + who + ", which is not among those trusted",
                    "sign with a trusted key, or have its public key added to trust.openpgp.keyrings");
        }

        private boolean mayFit(RawBytes bytes) {
            if (isSalted(signature)) {
                return true;
            }
            byte[] hash = bytes.begun(hash(signature)).digest(signature.getSignatureTrailer());
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
