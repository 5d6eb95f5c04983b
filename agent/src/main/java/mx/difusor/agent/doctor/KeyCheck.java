package mx.difusor.agent.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.model.MachineException;

/** Keys and certificates: there, strong enough, and good until the last event's {@code keepUntil}. */
final class KeyCheck implements Check {

    private static final String HOST_KEY = "ssh_host_ed25519_key";

    private final Subject subject;
    private final Keys keys;

    KeyCheck(Subject subject, Keys keys) {
        this.subject = subject;
        this.keys = keys;
    }

    @Override
    public List<Finding> look() {
        List<Finding> findings = new ArrayList<>();
        findings.add(hostKey());
        for (Config.Uploader uploader : subject.config().sftp().uploaders()) {
            findings.add(uploaderKeys(uploader));
            findings.add(from(uploader));
        }
        findings.addAll(trust());
        findings.add(threshold());
        findings.add(statusTls());
        return findings;
    }

    private Finding hostKey() {
        Path file = subject.home().keys().resolve(HOST_KEY);
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) { // false also where this account may not look
            return Finding.note(CheckId.HOST_KEY, "not-yet", file.toString());
        }
        try {
            String fingerprint = keys.hostFingerprint();
            return Finding.fine(CheckId.HOST_KEY, "there", fingerprint).with("fingerprint", fingerprint);
        } catch (MachineException e) {
            return Finding.fault(CheckId.HOST_KEY, "unusable", String.valueOf(e.getMessage()), e.cure());
        }
    }

    private Finding uploaderKeys(Config.Uploader uploader) {
        int good = 0;
        List<String> skipped = new ArrayList<>();
        try {
            for (Path file : uploader.authorizedKeys()) {
                Keys.UploaderFile read = keys.uploaderFile(file);
                good += read.keys();
                skipped.addAll(read.skipped());
            }
        } catch (IOException e) {
            return Finding.fault(CheckId.UPLOADER_KEYS, "unreadable", uploader.name(), Failures.inWords(e));
        }
        if (good == 0) {
            String why = skipped.isEmpty() ? "" : skipped.get(0);
            return Finding.fault(CheckId.UPLOADER_KEYS, "none", uploader.name(), why);
        }
        Finding finding = skipped.isEmpty()
                ? Finding.fine(CheckId.UPLOADER_KEYS, "good", uploader.name(), good)
                : Finding.note(CheckId.UPLOADER_KEYS, "skipped", uploader.name(), good, skipped.size(), skipped.get(0));
        return finding.with("uploader", uploader.name()).with("keys", good);
    }

    private static Finding from(Config.Uploader uploader) {
        boolean anywhere =
                uploader.from().isEmpty() || uploader.from().stream().anyMatch(network -> network.endsWith("/0"));
        return anywhere
                ? Finding.note(CheckId.FROM, "anywhere", uploader.name())
                : Finding.fine(CheckId.FROM, "some", uploader.name(), String.join(", ", uploader.from()));
    }

    private List<Finding> trust() {
        List<Keys.Trusted> all;
        try {
            all = keys.trusted();
        } catch (MachineException e) {
            return List.of(Finding.fault(CheckId.TRUST, "unusable", String.valueOf(e.getMessage()), e.cure()));
        }
        Instant until = subject.keysNeededUntil();
        List<Finding> bad = new ArrayList<>();
        for (Keys.Trusted one : all) {
            judge(one, until, bad);
        }
        return bad.isEmpty()
                ? List.of(Finding.fine(CheckId.TRUST, "lasts", all.size(), until.toString()))
                : List.copyOf(bad);
    }

    private void judge(Keys.Trusted one, Instant until, List<Finding> bad) {
        Instant ends = one.ends();
        if (one.refusal() != null) {
            bad.add(Finding.note(CheckId.TRUST, "refused", one.name(), one.refusal()));
        } else if (ends != null && ends.isBefore(subject.now())) {
            bad.add(Finding.fault(CheckId.TRUST, "ended", one.name(), ends.toString())
                    .with("ends", ends.toString()));
        } else if (ends != null && ends.isBefore(until)) {
            // A revocation list is meant to be fetched again and again.
            Finding finding = one.what().equals("crl")
                    ? Finding.note(CheckId.TRUST, "crl-ends", one.name(), ends.toString(), until.toString())
                    : Finding.fault(CheckId.TRUST, "ends", one.name(), ends.toString(), until.toString());
            bad.add(finding.with("ends", ends.toString()));
        }
    }

    private Finding threshold() {
        Config.Trust trust = subject.config().trust();
        int pinned = trust.cms().signers().size();
        boolean countable = trust.cms().anchors().isEmpty() || pinned > 0;
        long most = pinned;
        try {
            most += keys.trusted().stream()
                    .filter(one -> one.what().equals("openpgp") && one.refusal() == null)
                    .count();
        } catch (MachineException e) {
            countable = false;
        }
        return countable && most < trust.threshold()
                ? Finding.fault(CheckId.THRESHOLD, "unreachable", trust.threshold(), most)
                : Finding.fine(CheckId.THRESHOLD, "reachable", trust.threshold());
    }

    private Finding statusTls() {
        Config.Tls tls = subject.config().status().tls();
        if (tls == null) {
            return Finding.fine(
                    CheckId.STATUS_TLS,
                    "plain",
                    subject.config().status().listen().toString());
        }
        try {
            if (isOpen(tls.key())) {
                return Finding.fault(CheckId.STATUS_TLS, "key-open", tls.key().toString());
            }
            Instant ends = end(tls.certificate());
            Instant until = subject.keysNeededUntil();
            Finding finding = ends.isBefore(until)
                    ? Finding.fault(
                            CheckId.STATUS_TLS, "ends", tls.certificate().toString(), ends.toString(), until.toString())
                    : Finding.fine(CheckId.STATUS_TLS, "lasts", ends.toString());
            return finding.with("ends", ends.toString());
        } catch (IOException e) {
            return Finding.unchecked(CheckId.STATUS_TLS, Failures.inWords(e));
        } catch (CertificateException e) {
            return Finding.fault(
                    CheckId.STATUS_TLS, "unusable", tls.certificate().toString());
        }
    }

    /** When the first of the chain, the server's own, ends. */
    private static Instant end(Path chain) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(chain)) {
            Certificate first = CertificateFactory.getInstance("X.509").generateCertificate(in);
            return ((X509Certificate) first).getNotAfter().toInstant();
        }
    }

    private boolean isOpen(Path key) throws IOException {
        return !subject.machine().windows()
                && Files.getPosixFilePermissions(key).contains(PosixFilePermission.OTHERS_READ);
    }
}
