package mx.difusor.agent.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An Institute's keys, made with stock openssl and ssh-keygen: a root, a signer's certificate, an SSH key. */
public record IeeKeys(Path folder) {

    static IeeKeys make(Path folder) throws IOException {
        Shell.needs("openssl", "ssh-keygen");
        Files.createDirectories(folder);
        Shell.bash(folder, """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
                  -subj '/O=IEE/CN=IEE root' -keyout root.key -out root.pem
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
                  -subj '/O=IEE/CN=IEE signer' -keyout signer.key -out signer.csr
                printf 'keyUsage=critical,digitalSignature\\nbasicConstraints=critical,CA:FALSE\\n' > signer.ext
                openssl x509 -req -in signer.csr -CA root.pem -CAkey root.key -days 30 -extfile signer.ext -out signer.pem
                ssh-keygen -q -t ed25519 -N '' -C iee -f iee
                """).ok();
        return new IeeKeys(folder);
    }

    public Path root() {
        return folder.resolve("root.pem");
    }

    Path signerKey() {
        return folder.resolve("signer.key");
    }

    Path signer() {
        return folder.resolve("signer.pem");
    }

    public Path ssh() {
        return folder.resolve("iee");
    }

    public Path sshPublic() {
        return folder.resolve("iee.pub");
    }

    /** Beside the package, as the contract's table says. */
    public void sign(Path file) throws IOException {
        Shell.bash(
                        folder,
                        "openssl cms -sign -binary -in '%1$s' -signer '%2$s' -inkey '%3$s' -outform DER -out '%1$s.p7s'"
                                .formatted(file, signer(), signerKey()))
                .ok();
    }
}
