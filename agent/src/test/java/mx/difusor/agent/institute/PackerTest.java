package mx.difusor.agent.institute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackerTest {

    private static final OffsetDateTime CUT = OffsetDateTime.parse("2024-06-02T23:45:01-07:00");

    @TempDir
    private Path temp;

    private Path folder;

    @BeforeEach
    void aFolderToPack() throws IOException {
        folder = Files.createDirectories(temp.resolve("site"));
        Files.writeString(folder.resolve("index.html"), "<p>hola</p>\n");
        Files.createDirectories(folder.resolve("json"));
        Files.writeString(folder.resolve("json/ñandú.json"), "{}\n");
        Files.writeString(folder.resolve("json/" + "x".repeat(115) + ".json"), "[]");
        Files.write(folder.resolve("vacío.txt"), new byte[0]);
    }

    @ParameterizedTest
    @EnumSource(ThrowawayKeys.Algorithm.class)
    void theSignatureHoldsForOpenssl(ThrowawayKeys.Algorithm algorithm) throws Exception {
        Peer openssl = Peer.named("openssl");
        ThrowawayKeys keys = keys(algorithm);
        packer(keys).pack(order(temp.resolve("p.zip")));

        assertThat(verify(openssl, keys, "p.zip")).isZero();
        Files.writeString(temp.resolve("p.zip"), "x", java.nio.file.StandardOpenOption.APPEND);
        assertThat(verify(openssl, keys, "p.zip")).as("one byte more").isNotZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out k.pem",
                "genrsa -traditional -out k.pem 2048",
                "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out k.pem",
                "ecparam -name prime256v1 -genkey -out k.pem",
                "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out k.pem",
                "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -aes256 -pass pass:secreto -out k.pem",
                "genrsa -traditional -aes128 -passout pass:secreto -out k.pem 2048"
            })
    void keysThatOpensslMakesSignToo(String made) throws Exception {
        Peer openssl = Peer.named("openssl");
        openssl.run(temp, made.split(" "));
        openssl.run(
                temp, "req", "-x509", "-key", "k.pem", "-passin", "pass:secreto", "-subj", "/CN=IEE", "-out", "c.pem");
        SigningKey key = SigningKey.load(temp.resolve("k.pem"), temp.resolve("c.pem"), what -> "secreto".toCharArray());

        new Packer(key, Clock.systemUTC()).pack(order(temp.resolve("p.tar.gz")));

        openssl.run(
                temp,
                "cms -verify -binary -inform DER -content p.tar.gz -in p.tar.gz.p7s -CAfile c.pem -purpose any -out out"
                        .split(" "));
    }

    @Test
    void anEncryptedKeyWithoutItsPassphraseIsRefusedWithACure() throws Exception {
        Peer openssl = Peer.named("openssl");
        openssl.run(temp, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out open.pem".split(" "));
        openssl.run(temp, "pkcs8 -topk8 -in open.pem -passout pass:secreto -out k.pem".split(" "));
        openssl.run(temp, "req", "-x509", "-key", "open.pem", "-subj", "/CN=IEE", "-out", "c.pem");

        assertThatThrownBy(
                        () -> SigningKey.load(temp.resolve("k.pem"), temp.resolve("c.pem"), SigningKey.Passphrase.NONE))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.cure()).contains("--passphrase-file"));
        assertThatThrownBy(() ->
                        SigningKey.load(temp.resolve("k.pem"), temp.resolve("c.pem"), what -> "otro".toCharArray()))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("passphrase")
                .hasMessageNotContaining("otro");
    }

    @ParameterizedTest
    @EnumSource(PackFormat.class)
    void stockToolsReadEveryFormat(PackFormat format) throws Exception {
        String name = "p" + format.extension();
        packer(keys(ThrowawayKeys.Algorithm.EC_P256)).pack(order(temp.resolve(name)));

        Path out = Files.createDirectories(temp.resolve("out"));
        if (format == PackFormat.ZIP) {
            Peer.named("unzip").run(out, "-tqq", "../" + name);
            Peer.named("unzip").run(out, "-q", "../" + name);
        } else {
            if (format == PackFormat.TAR_ZST) {
                Peer.named("zstd");
            }
            Peer.named("tar").run(out, "-xf", "../" + name);
        }
        assertThat(out.resolve("json/ñandú.json")).hasSameBinaryContentAs(folder.resolve("json/ñandú.json"));
        assertThat(out.resolve("json/" + "x".repeat(115) + ".json")).hasContent("[]");
        assertThat(out.resolve("vacío.txt")).isEmptyFile();
        assertThat(out.resolve("manifest.json")).exists();
    }

    @ParameterizedTest
    @EnumSource(PackFormat.class)
    void theSameFolderGivesTheSameBytes(PackFormat format) throws Exception {
        Packer packer = packer(keys(ThrowawayKeys.Algorithm.EC_P256));
        Packer.Packed one = packer.pack(order(temp.resolve("a" + format.extension())));
        Files.setLastModifiedTime(
                folder.resolve("index.html"), java.nio.file.attribute.FileTime.from(Instant.ofEpochSecond(1)));
        Packer.Packed two = packer.pack(order(temp.resolve("b" + format.extension())));

        assertThat(one.sha256()).isEqualTo(two.sha256());
        assertThat(one.size()).isEqualTo(Files.size(one.archive()));
    }

    @Test
    void theManifestIsTheContracts() throws Exception {
        Packer.Order order = new Packer.Order(
                "pel-2024", Kind.SITE, 7, CUT, true, List.of("viejo.json"), folder, temp.resolve("p.tar"), true);
        packer(keys(ThrowawayKeys.Algorithm.EC_P256)).pack(order);
        Peer.named("tar").run(temp, "-xf", "p.tar", "manifest.json");

        JsonNode manifest =
                new ObjectMapper().readTree(temp.resolve("manifest.json").toFile());
        List<String> names = new ArrayList<>();
        manifest.fieldNames().forEachRemaining(names::add);
        assertThat(names).containsExactly("format", "event", "kind", "sequence", "cut", "final", "files", "remove");
        assertThat(manifest.get("format").textValue()).isEqualTo("difusor-package/1");
        assertThat(manifest.get("kind").textValue()).isEqualTo("site");
        assertThat(manifest.get("sequence").longValue()).isEqualTo(7);
        assertThat(manifest.get("cut").textValue()).isEqualTo("2024-06-02T23:45:01-07:00");
        assertThat(manifest.get("final").booleanValue()).isTrue();
        assertThat(manifest.get("remove").get(0).textValue()).isEqualTo("viejo.json");
        JsonNode index = manifest.get("files").get(0);
        assertThat(index.get("path").textValue()).isEqualTo("index.html");
        assertThat(index.get("size").longValue()).isEqualTo(12);
        assertThat(index.get("sha256").textValue())
                .isEqualTo(Digest.ofContent(Files.readAllBytes(folder.resolve("index.html")))
                        .hex());
        Peer.named("sha256sum").run(temp, "-c", "p.tar.sha256");
    }

    @Test
    void pathsAreWrittenInNfc() throws Exception {
        Path decomposed = folder.resolve("json/Cha\u0301vez.json");
        Files.writeString(decomposed, "1");

        Packer.Packed packed = packer(keys(ThrowawayKeys.Algorithm.EC_P256)).pack(order(temp.resolve("p.zip")));

        assertThat(packed.manifest().files()).anyMatch(file -> file.path().equals("json/Ch\u00e1vez.json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".htaccess", "a\\b.json", "con.json", "a.", "b ", "q?.json", "lpt1", "manifest.json"})
    void aNameThatWouldBeRejectedIsNotPacked(String name) throws Exception {
        Files.writeString(folder.resolve(name), "x");

        refused("cannot pack " + name);
    }

    @Test
    void namesThatDifferInCaseAloneAreNotPacked() throws Exception {
        Files.writeString(folder.resolve("INDEX.html"), "x");

        refused("nothing but case");
    }

    @Test
    void linksAreNotFollowed() throws Exception {
        Files.createSymbolicLink(folder.resolve("passwd.txt"), Path.of("/etc/passwd"));

        refused("not a regular file");
    }

    @Test
    void nothingIsOverwrittenAndNothingIsLeftBehind() throws Exception {
        Files.writeString(temp.resolve("p.zip"), "precious");

        refused("exists");
        assertThat(temp.resolve("p.zip")).hasContent("precious");
        assertThat(temp).isDirectoryNotContaining(path -> path.toString().endsWith(".part"));
    }

    @Test
    void aPackageIsNotWrittenIntoItsOwnFolder() throws Exception {
        Packer packer = packer(keys(ThrowawayKeys.Algorithm.EC_P256));

        assertThatThrownBy(() -> packer.pack(order(folder.resolve("p.zip"))))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("into the folder");
    }

    @Test
    void aKeyAndACertificateOfDifferentPairsAreRefused() throws Exception {
        ThrowawayKeys keys = keys(ThrowawayKeys.Algorithm.EC_P256);

        assertThatThrownBy(() -> SigningKey.load(keys.key(), keys.root(), SigningKey.Passphrase.NONE))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("does not belong");
    }

    @Test
    void anExpiredCertificateSignsNothing() throws Exception {
        ThrowawayKeys keys = keys(ThrowawayKeys.Algorithm.EC_P256);
        SigningKey key = SigningKey.load(keys.key(), keys.certificate(), SigningKey.Passphrase.NONE);
        Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(8)), ZoneOffset.UTC);

        assertThatThrownBy(() -> new Packer(key, later).pack(order(temp.resolve("p.zip"))))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("is valid from");
    }

    @Test
    void throwawayPrivateKeysAreTheOwnersAlone() throws Exception {
        ThrowawayKeys keys = keys(ThrowawayKeys.Algorithm.EC_P256);

        for (Path secret : List.of(keys.key(), keys.identity())) {
            assertThat(java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
        assertThat(Peer.named("ssh-keygen")
                        .run(temp, "-y", "-f", keys.identity().toString()))
                .isEqualTo(Files.readString(keys.authorizedKey()));
    }

    private void refused(String why) throws Exception {
        Packer packer = packer(keys(ThrowawayKeys.Algorithm.EC_P256));

        assertThatThrownBy(() -> packer.pack(order(temp.resolve("p.zip"))))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining(why);
    }

    private Packer.Order order(Path output) {
        return new Packer.Order("pel-2024", Kind.SITE, 1, CUT, false, List.of(), folder, output, false);
    }

    private static Packer packer(ThrowawayKeys keys) throws MachineException {
        return new Packer(
                SigningKey.load(keys.key(), keys.certificate(), SigningKey.Passphrase.NONE), Clock.systemUTC());
    }

    private ThrowawayKeys keys(ThrowawayKeys.Algorithm algorithm) throws MachineException {
        return ThrowawayKeys.make(temp.resolve("keys"), algorithm, Clock.systemUTC());
    }

    private int verify(Peer openssl, ThrowawayKeys keys, String name) throws Exception {
        return openssl.tryRun(
                        temp,
                        "cms",
                        "-verify",
                        "-binary",
                        "-inform",
                        "DER",
                        "-content",
                        name,
                        "-in",
                        name + ".p7s",
                        "-CAfile",
                        keys.root().toString(),
                        "-purpose",
                        "any",
                        "-out",
                        "verified")
                .exit();
    }
}
