package mx.difusor.agent.institute;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Sidecars;

/**
 * A package as it stands on the Institute's disk.
 *
 * @param files what is uploaded, in this order: signatures, checksum, the archive last, so that everything is there
 *     when it can be judged
 */
record Parcel(Path archive, Digest sha256, long size, List<Path> files) {

    String name() {
        return String.valueOf(archive.getFileName());
    }

    /** @throws MachineException {@code send-refused} where it could only be rejected */
    static Parcel of(Path archive) throws MachineException {
        String name = String.valueOf(archive.getFileName());
        if (!Files.isRegularFile(archive)) {
            throw refused("there is no file " + archive, "give the archive that difusor pack wrote");
        }
        if (PackFormat.ofName(name).isEmpty()) {
            throw refused(
                    archive + " does not end in .zip .tar .tar.gz .tgz .tar.xz or .tar.zst",
                    "give archives; the signatures beside them are found and sent too");
        }
        List<Path> files = new ArrayList<>();
        for (String ending : Sidecars.SIGNATURES) {
            files.addAll(beside(archive, ending));
        }
        if (files.isEmpty()) {
            throw refused(
                    archive + " has no signature beside it",
                    "sign it first: openssl cms -sign -binary -in " + name
                            + " -signer CERT -inkey KEY -outform DER -out " + name + ".p7s");
        }
        files.addAll(beside(archive, Sidecars.CHECKSUM));
        files.add(archive);
        return measured(archive, files);
    }

    private static Parcel measured(Path archive, List<Path> files) throws MachineException {
        MessageDigest sha256 = Digest.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(archive), sha256)) {
            long size = in.transferTo(java.io.OutputStream.nullOutputStream());
            return new Parcel(archive, Digest.of(sha256.digest()), size, List.copyOf(files));
        } catch (IOException e) {
            throw refused("cannot read " + archive + ": " + e.getMessage(), "make it readable");
        }
    }

    private static List<Path> beside(Path archive, String ending) throws MachineException {
        try {
            return Sidecars.beside(archive, ending);
        } catch (IOException e) {
            throw refused("cannot read the folder of " + archive + ": " + e.getMessage(), "make it readable");
        }
    }

    private static MachineException refused(String message, String cure) {
        return new MachineException("send-refused", message, cure, null);
    }
}
