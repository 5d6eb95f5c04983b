package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes authorities, certificates, revocation lists and CMS signatures with {@code openssl}, all in one folder. */
final class CertificateShop {

    static final String CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";
    static final String LEAF = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n";

    final Path folder;
    private final StockTool openssl;

    CertificateShop(Path folder) {
        this.folder = folder;
        this.openssl = StockTool.of("openssl", folder, Map.of());
    }

    String openssl(String... arguments) {
        return openssl.run(arguments);
    }

    Path pem(String name) {
        return folder.resolve(name + ".pem");
    }

    /** @param algorithm for {@code genpkey}, for example {@code EC -pkeyopt ec_paramgen_curve:P-256} */
    void key(String name, String algorithm) {
        List<String> arguments = new ArrayList<>(List.of("genpkey", "-out", name + ".key", "-algorithm"));
        arguments.addAll(List.of(algorithm.split(" ")));
        openssl.run(arguments);
    }

    void ecKey(String name) {
        key(name, "EC -pkeyopt ec_paramgen_curve:P-256");
    }

    void selfSigned(String name, String extensions, int days) {
        issue(name, "/C=MX/O=IEE/CN=" + name, null, extensions, days, "-sha256");
    }

    void issued(String name, String issuer, String extensions, int days) {
        issue(name, "/C=MX/O=IEE/CN=" + name, issuer, extensions, days, "-sha256");
    }

    void issue(String name, String subject, @Nullable String issuer, String extensions, int days, String digest) {
        certify(name, name, subject, issuer, extensions, days, digest);
    }

    /** @param key the name of whose key goes into the certificate */
    void certify(
            String name,
            String key,
            String subject,
            @Nullable String issuer,
            String extensions,
            int days,
            String digest) {
        try {
            Files.writeString(folder.resolve(name + ".ext"), extensions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        openssl("req", "-new", "-key", key + ".key", "-subj", subject, "-out", name + ".csr", "-batch", digest);
        List<String> arguments = new ArrayList<>(List.of(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-extfile",
                name + ".ext",
                "-days",
                "" + days,
                "-out",
                name + ".pem",
                digest));
        arguments.addAll(
                issuer == null
                        ? List.of("-signkey", key + ".key")
                        : List.of("-CA", issuer + ".pem", "-CAkey", issuer + ".key", "-CAcreateserial"));
        openssl.run(arguments);
    }

    /** Signs as the contract says, with more options. */
    void sign(Upload upload, String signer, String... more) {
        signTo(upload, Upload.NAME + ".p7s", signer, more);
    }

    void signTo(Upload upload, String file, String signer, String... more) {
        List<String> arguments = command(upload, signer);
        arguments.addAll(List.of(
                "-binary",
                "-outform",
                "DER",
                "-out",
                upload.folder.resolve(file).toString()));
        arguments.addAll(List.of(more));
        openssl.run(arguments);
    }

    /** Without {@code -binary} and output options. */
    List<String> command(Upload upload, String signer) {
        return new ArrayList<>(List.of(
                "cms",
                "-sign",
                "-in",
                upload.archive().toString(),
                "-signer",
                signer + ".pem",
                "-inkey",
                signer + ".key"));
    }

    void run(List<String> arguments) {
        openssl.run(arguments);
    }

    /** A revocation list of {@code issuer} that names these certificates; its key has to be there. */
    Path crl(String issuer, String file, String... options) {
        try {
            Path index = folder.resolve(issuer + ".index");
            if (!Files.exists(index)) {
                Files.writeString(index, "");
            }
            Files.writeString(
                    folder.resolve(issuer + ".cnf"),
                    "[ca]\ndefault_ca=d\n[d]\ndatabase=" + index + "\ndefault_md=sha256\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> arguments = new ArrayList<>(List.of(
                "ca",
                "-config",
                issuer + ".cnf",
                "-keyfile",
                issuer + ".key",
                "-cert",
                issuer + ".pem",
                "-gencrl",
                "-out",
                file));
        arguments.addAll(List.of(options));
        openssl.run(arguments);
        return folder.resolve(file);
    }

    void revoke(String name, String issuer, String reason) {
        openssl(
                "ca",
                "-config",
                issuer + ".cnf",
                "-keyfile",
                issuer + ".key",
                "-cert",
                issuer + ".pem",
                "-revoke",
                name + ".pem",
                "-crl_reason",
                reason);
    }

    /** As {@link #revoke}, dated in the future: the date stands in openssl's index. */
    void revokeLater(String name, String issuer, String reason, Duration later) {
        revoke(name, issuer, reason);
        Path index = folder.resolve(issuer + ".index");
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(index));
            String[] fields = lines.remove(lines.size() - 1).split("\t", -1);
            String date = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC)
                    .format(Upload.now().plus(later));
            fields[2] = date + "," + reason;
            lines.add(String.join("\t", fields));
            Files.write(index, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
