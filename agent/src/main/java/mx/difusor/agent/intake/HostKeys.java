package mx.difusor.agent.intake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * The endpoint's identity: an Ed25519 key in OpenSSH's format, its private half readable by the service account alone.
 * All clients that the contract names know Ed25519; no other kind is made.
 */
public final class HostKeys {
    static final String PRIVATE = "ssh_host_ed25519_key";
    static final String PUBLIC = PRIVATE + ".pub";
    private static final String COMMENT = "difusor";

    private HostKeys() {}

    /** Makes the key pair in {@code folder} unless there is one; never overwrites a private key. */
    public static void ensure(Path folder, Disk disk) throws IOException {
        Path privateKey = folder.resolve(PRIVATE);
        if (Leftovers.stands(privateKey)) {
            return;
        }
        disk.createDirectories(folder, Disk.Access.PRIVATE);
        try {
            KeyPair pair =
                    SecurityUtils.getKeyPairGenerator(SecurityUtils.ED25519).generateKeyPair();
            ByteArrayOutputStream secret = new ByteArrayOutputStream();
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, COMMENT, null, secret);
            ByteArrayOutputStream open = new ByteArrayOutputStream();
            OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(pair, COMMENT, open);
            disk.replace(folder.resolve(PUBLIC), open.toByteArray(), Disk.Access.PRIVATE);
            disk.replace(privateKey, secret.toByteArray(), Disk.Access.PRIVATE);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot make an Ed25519 key: " + e.getMessage(), e);
        }
    }

    /** @return {@code SHA256:…}, as {@code ssh-keygen -l} shows it */
    public static String fingerprint(Path folder) throws MachineException {
        return KeyUtils.getFingerPrint(load(folder).getPublic());
    }

    static KeyPair load(Path folder) throws MachineException {
        Path file = folder.resolve(PRIVATE);
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(
                    null,
                    file::toString,
                    new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)),
                    null);
            List<KeyPair> found = new java.util.ArrayList<>();
            if (pairs != null) {
                pairs.forEach(found::add);
            }
            if (found.size() == 1) {
                return found.get(0);
            }
            throw unreadable(file, "not one private key without a passphrase", null);
        } catch (IOException e) {
            throw unreadable(file, Words.reason(e), e);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw unreadable(file, "not a private key in OpenSSH's format", e);
        }
    }

    private static MachineException unreadable(
            Path file, String reason, @org.jspecify.annotations.Nullable Throwable cause) {
        return new MachineException(
                "host-key-unreadable",
                "cannot read the SFTP host key " + file + ": " + reason,
                "restore it from a copy, readable by the service account only; or move it away, run difusor init"
                        + " again and tell the Institute that the host key changed",
                cause);
    }
}
