package mx.difusor.agent.speed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.e2e.Site;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.Receipt;

/**
 * Fills the archive of a home that stands still with packages as if they had come, been accepted and gone live: each
 * brings one file anew, and all have the same bytes, since nothing reads them again.
 */
final class PastPackages {

    private static final String NAME = "ultimo.zip";
    private static final String FILE = "datos/ultimo.json";

    private final Home home;

    PastPackages(Path home) {
        this.home = new Home(home);
    }

    /** @param first the sequence of the first one */
    void add(long first, int count) throws Exception {
        byte[] json = "[1]".getBytes(StandardCharsets.UTF_8);
        Path work = Files.createTempDirectory("past");
        Path zip = Files.write(work.resolve(NAME), zip(json));
        Path signature = Files.write(work.resolve(NAME + ".p7s"), new byte[100]);
        Digest digest = Digest.ofContent(Files.readAllBytes(zip));
        long size = Files.size(zip);
        try (Archive archive = Archive.open(home, new LocalDisk(), Long.MAX_VALUE, file -> {
            throw new IOException("every package is in the index: " + file);
        })) {
            for (long sequence = first; sequence < first + count; sequence++) {
                Instant at = Instant.now();
                OffsetDateTime cut = Cuts.cut(sequence);
                ManifestFile file = new ManifestFile(FILE, json.length, Digest.ofContent(json));
                Manifest manifest = new Manifest(Site.EVENT, Kind.DATA, sequence, cut, false, List.of(file), List.of());
                Candidate candidate = new Candidate("iee", NAME, zip, List.of(signature), null, at);
                Receipt receipt = new Receipt(
                        "iee",
                        NAME,
                        digest,
                        size,
                        Receipt.Outcome.ACCEPTED,
                        null,
                        Receipt.Contents.of(manifest),
                        List.of("CN=IEE signer"),
                        Receipt.Publication.LIVE,
                        at,
                        at,
                        at,
                        List.of());
                archive.keep(candidate, manifest, receipt);
            }
        }
    }

    /** With what a release needs of it: the last one's file is read out of it after a start. */
    private static byte[] zip(byte[] json) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(FILE));
            zip.write(json);
            zip.putNextEntry(new ZipEntry(Manifest.NAME));
            zip.write("""
                    {"format": "difusor-package/1", "event": "%s", "kind": "data", "sequence": 1,
                     "cut": "2024-06-02T20:00:00-07:00", "final": false, "remove": [],
                     "files": [{"path": "%s", "size": %d, "sha256": "%s"}]}
                    """.formatted(Site.EVENT, FILE, json.length, Digest.ofContent(json))
                    .getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
