package mx.difusor.agent.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.security.Provider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.ExpiryOverrides;
import mx.difusor.agent.model.KnownDigest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Sidecars;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openpgp.operator.PGPContentVerifierBuilderProvider;

/**
 * Judges the checksum file and the detached signatures over an archive file's raw bytes (contract, "A package").
 * Reads the archive once, without looking into it; not even that where SHA-256 is all that is needed and already known. Immutable and safe for many threads; when the trust files change,
 * load another.
 *
 * <p>Where signatures do not suffice and several files were refused for good, the first one's reason is given, in the
 * order {@code .p7s}, {@code .sig}, {@code .asc}.
 */
public final class Authenticator {

    /**
     * So often at most is every byte of an archive hashed for one judgement, whatever lies beside it: once with each
     * hash, for each salted signature of a known key in a {@code .sig} and an {@code .asc}, and for each text form with
     * the hash of one signature.
     */
    static final int MAX_HASHED_PASSES = StrongHash.values().length + 2 * OpenPgpSignature.MAX_SALTED + TextForms.COUNT;

    private final int threshold;
    private final CmsTrust cms;
    private final OpenPgpKeyring openPgp;
    private final PGPContentVerifierBuilderProvider openPgpVerifiers;
    /** Never registered with the JVM: that would slow down every other user of cryptography in it. */
    private final Provider provider;

    private Authenticator(
            int threshold,
            CmsTrust cms,
            OpenPgpKeyring openPgp,
            PGPContentVerifierBuilderProvider openPgpVerifiers,
            Provider provider) {
        this.threshold = threshold;
        this.cms = cms;
        this.openPgp = openPgp;
        this.openPgpVerifiers = openPgpVerifiers;
        this.provider = provider;
    }

    /** The same trust, with these certificates and keys counting though they expired. */
    public Authenticator allowing(ExpiryOverrides overrides) {
        return new Authenticator(
                threshold, cms.allowing(overrides), openPgp.allowing(overrides), openPgpVerifiers, provider);
    }

    /** @throws MachineException {@code trust-unreadable}: a trust file is missing, unreadable or malformed */
    public static Authenticator load(TrustSettings settings) throws MachineException {
        PGPContentVerifierBuilderProvider verifiers = new OpenPgpVerifiers();
        return new Authenticator(
                settings.threshold(),
                CmsTrust.load(settings),
                OpenPgpKeyring.load(settings.openpgpKeyrings(), verifiers),
                verifiers,
                new BouncyCastleProvider());
    }

    /**
     * What is trusted, and until when.
     *
     * @param at when it is judged
     */
    public List<TrustedEnd> ends(Instant at) {
        List<TrustedEnd> ends = new ArrayList<>(cms.ends());
        ends.addAll(openPgp.ends(at));
        return List.copyOf(ends);
    }

    /**
     * As if the package had been received at the moment when it is judged.
     *
     * @throws IOException when a file cannot be read, or is no longer there
     */
    public SignatureFinding check(Candidate candidate, Instant at) throws IOException {
        return check(candidate, JudgingTime.at(at));
    }

    /** @throws IOException when a file cannot be read, or is no longer there */
    public SignatureFinding check(Candidate candidate, JudgingTime when) throws IOException {
        return weigh(candidate, when, List.of()).finding();
    }

    /**
     * The same, reading the archive file whatever is known of it.
     *
     * @param beside sees the archive file's bytes too, as they are read
     */
    public SignatureFinding check(Candidate candidate, JudgingTime when, ByteSink beside) throws IOException {
        return weigh(candidate, when, List.of(beside)).finding();
    }

    /**
     * The same, from which follows also what some of the files would say without the others: the archive is read once.
     *
     * @throws IOException when a file cannot be read, or is no longer there
     */
    public Weighed weigh(Candidate candidate, JudgingTime when) throws IOException {
        return weigh(candidate, when, List.of());
    }

    private Weighed weigh(Candidate candidate, JudgingTime when, List<ByteSink> beside) throws IOException {
        Optional<String> twins = twins(candidate);
        if (twins.isPresent()) {
            return refused(candidate, read(candidate, List.of(), beside), twins.get());
        }
        Map<Path, DetachedSignature> signatures = new LinkedHashMap<>();
        for (Path path : inOrder(candidate.signatures())) {
            SignatureFile file = SignatureFile.read(path, candidate.name());
            signatures.put(path, GuardedSignature.open(file, () -> open(file)));
        }
        RawBytes bytes = read(candidate, signatures.values(), beside);
        Optional<Weighed.Checksum> checksum = checksum(candidate, bytes);
        Map<Path, SignatureOutcome> outcomes = new LinkedHashMap<>();
        for (Map.Entry<Path, DetachedSignature> signature : signatures.entrySet()) {
            outcomes.put(signature.getKey(), signature.getValue().judge(bytes, when));
        }
        return new Weighed(candidate.name(), threshold, bytes, checksum, outcomes);
    }

    private Weighed refused(Candidate candidate, RawBytes bytes, String message) {
        SignatureOutcome each = new SignatureOutcome.Bad(Reason.SIGNATURE_INVALID, message);
        Map<Path, SignatureOutcome> outcomes = new LinkedHashMap<>();
        candidate.signatures().forEach(file -> outcomes.put(file, each));
        return new Weighed(candidate.name(), threshold, bytes, Optional.empty(), outcomes);
    }

    private DetachedSignature open(SignatureFile file) {
        if (file.tooLarge()) {
            return DetachedSignature.decided(
                    file.form("is larger than " + SignatureFile.MAX_BYTES + " bytes, as if it embedded its content"));
        }
        if (file.isUtf16()) {
            return DetachedSignature.decided(file.form("is text in utf-16, as > of PowerShell writes it; let the tool"
                    + " write the file itself, with -out or -o"));
        }
        return file.isOpenPgp()
                ? OpenPgpSignature.open(file, openPgp, openPgpVerifiers)
                : CmsSignature.open(file, cms, provider);
    }

    private static RawBytes read(Candidate candidate, Collection<DetachedSignature> signatures, List<ByteSink> beside)
            throws IOException {
        Set<StrongHash> hashes = EnumSet.of(StrongHash.SHA256);
        List<ByteSink> sinks = new ArrayList<>(beside);
        boolean goesOn = false;
        for (DetachedSignature signature : signatures) {
            hashes.addAll(signature.hashes());
            sinks.addAll(signature.sinks());
            goesOn |= signature.goesOn();
        }
        KnownDigest known = candidate.known();
        return known != null && sinks.isEmpty() && hashes.size() == 1 && !goesOn
                ? RawBytes.known(candidate.archive(), known)
                : RawBytes.read(candidate.archive(), hashes, sinks);
    }

    private static Optional<Weighed.Checksum> checksum(Candidate candidate, RawBytes bytes) throws IOException {
        Path file = candidate.checksum();
        if (file == null) {
            return Optional.empty();
        }
        String name = candidate.name();
        String cure = ": upload both again, the second from sha256sum " + name + " > " + name + ".sha256";
        Optional<Digest> stated = ChecksumFile.read(file, name);
        if (stated.isEmpty()) {
            return Optional.of(new Weighed.Checksum(
                    file,
                    false,
                    name + ".sha256 is malformed, larger than " + ChecksumFile.MAX_BYTES + " bytes, or does not name "
                            + name + cure));
        }
        return stated.get().equals(bytes.sha256())
                ? Optional.empty()
                : Optional.of(new Weighed.Checksum(
                        file,
                        true,
                        name + " has sha-256 " + bytes.sha256() + " in its " + bytes.size()
                                + " bytes, its checksum file says " + stated.get() + cure));
    }

    /** Two files of one ending: some systems cannot tell them apart, and each would be hashed for. */
    private static Optional<String> twins(Candidate candidate) {
        Map<Integer, Path> byKind = new HashMap<>();
        for (Path file : candidate.signatures()) {
            Path other = byKind.put(rank(file), file);
            if (other != null) {
                return Optional.of("two signature files of one kind beside " + candidate.name() + ", "
                        + other.getFileName() + " and " + file.getFileName()
                        + ": upload the package again with one of each kind, several signers in one file (openssl cms -sign with a"
                        + " -signer and an -inkey for each; cat of several .asc)");
            }
        }
        return Optional.empty();
    }

    private static List<Path> inOrder(List<Path> signatures) {
        return signatures.stream()
                .sorted(Comparator.comparing(Authenticator::rank).thenComparing(Path::toString))
                .toList();
    }

    private static int rank(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Sidecars.SIGNATURES.indexOf(name.substring(Math.max(0, name.lastIndexOf('.'))));
    }
}
