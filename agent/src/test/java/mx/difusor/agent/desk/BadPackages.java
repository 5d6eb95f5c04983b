package mx.difusor.agent.desk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mx.difusor.agent.institute.SignedBytes;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/** Packages named after what is wrong with them, at least one for every reason; and good ones to mix them with. */
public final class BadPackages {

    /** Far above every good one's, so that a good one is never in its way. */
    private static final int SEQUENCE = 90_000;

    private static final String MARKUP = "<script>alert(1)</script>";

    /** The keys of an Institute, of one whose certificates have ended, and of somebody whom nobody trusts. */
    public record Signers(ThrowawayKeys institute, ThrowawayKeys ended, ThrowawayKeys stranger) {
        public static Signers make(Path folder) throws MachineException {
            return new Signers(
                    keys(folder.resolve("institute"), Duration.ZERO),
                    keys(folder.resolve("ended"), Duration.ofDays(60)),
                    keys(folder.resolve("stranger"), Duration.ZERO));
        }

        private static ThrowawayKeys keys(Path folder, Duration ago) throws MachineException {
            return ThrowawayKeys.make(
                    folder,
                    ThrowawayKeys.Algorithm.EC_P256,
                    Clock.fixed(Instant.now().minus(ago), ZoneOffset.UTC));
        }
    }

    /**
     * Files as an uploader sends them.
     *
     * @param signature {@code file.p7s}
     * @param checksum {@code file.sha256}
     * @param expected null for a good one
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Sent(
            String file,
            byte[] archive,
            byte @Nullable [] signature,
            @Nullable String checksum,
            @Nullable Reason expected) {
        @Override
        public String toString() {
            return file;
        }
    }

    private final Signers signers;
    private final String event;
    private final long maxPackageBytes;
    private final int budgetBytes;

    /**
     * @param maxPackageBytes what the agent takes
     * @param budgetBytes of its archive; smaller than what it takes
     */
    public BadPackages(Signers signers, String event, long maxPackageBytes, int budgetBytes) {
        this.signers = signers;
        this.event = event;
        this.maxPackageBytes = maxPackageBytes;
        this.budgetBytes = budgetBytes;
    }

    /** Every one, in the order of the reasons. */
    public List<Sent> all() {
        List<Sent> all = new ArrayList<>();
        for (Reason reason : Reason.values()) {
            all.addAll(of(reason));
        }
        return all;
    }

    /** The first starts the tree, the others lay a file over it. */
    public Sent good(int sequence) {
        boolean site = sequence == 1;
        byte[] page = ("cut " + sequence).getBytes(StandardCharsets.UTF_8);
        Folder folder = folder(site ? "site" : "data", sequence)
                .file(
                        site ? "index.html" : "datos/avance.json",
                        site ? page : ("[" + sequence + "]").getBytes(StandardCharsets.UTF_8));
        byte[] archive = folder.zip();
        return new Sent(
                "good-%04d.zip".formatted(sequence),
                archive,
                SignedBytes.sign(signers.institute(), archive),
                null,
                null);
    }

    /** Without a default: whoever adds a reason adds a package here. */
    public List<Sent> of(Reason reason) {
        byte[] one = bytes("{\"a\": 1}");
        return switch (reason) {
            case TOO_LARGE -> List.of(unsigned("one-byte-too-large.zip", noise((int) maxPackageBytes + 1), reason));
            case BUDGET_EXCEEDED -> List.of(signed("larger-than-the-budget.zip", noise(budgetBytes + 1), reason));
            case CHECKSUM_MISMATCH ->
                List.of(new Sent(
                        "checksum-of-another.zip",
                        ok().zip(),
                        SignedBytes.sign(signers.institute(), ok().zip()),
                        "%s  checksum-of-another.zip%n".formatted(Digest.ofContent(one)),
                        reason));
            case SIGNATURE_MISSING -> List.of(unsigned("not-signed.zip", ok().zip(), reason));
            case SIGNATURE_INVALID ->
                List.of(
                        by("signature-of-another.zip", signers.institute(), ok().zip(), one, reason),
                        new Sent("signature-of-noise.zip", ok().zip(), noise(900), null, reason));
            case SIGNATURE_UNTRUSTED ->
                List.of(by("signed-by-a-stranger.zip", signers.stranger(), ok().zip(), ok().zip(), reason));
            case SIGNATURE_EXPIRED ->
                List.of(by("signed-after-the-end.zip", signers.ended(), ok().zip(), ok().zip(), reason));
            case ARCHIVE_CORRUPT ->
                List.of(
                        signed("noise.zip", noise(5_000), reason),
                        signed("cut-short.zip", Arrays.copyOf(ok().zip(), 200), reason),
                        signed("something-behind.zip", joined(ok().zip(), noise(100)), reason),
                        signed("noise.tar.gz", noise(5_000), reason));
            case ARCHIVE_BOMB ->
                List.of(signed(
                        "zeros.zip",
                        ok().file("datos/ceros.txt", new byte[80 << 20]).zip(),
                        reason));
            case PATH_UNSAFE ->
                List.of(
                        signed(
                                "above-the-root.zip",
                                ok().file("../escape.html", one).zip(),
                                reason),
                        signed("absolute.zip", ok().file("/etc/difusor", one).zip(), reason),
                        signed("device.zip", ok().file("datos/CON.json", one).zip(), reason),
                        signed("markup.zip", ok().file(MARKUP + ".json", one).zip(), reason));
            case ENTRY_FORBIDDEN ->
                List.of(signed("link-outside.tar", ok().tarWithLink("datos/l.json", "/etc"), reason));
            case MANIFEST_MISSING ->
                List.of(signed("no-manifest.zip", ok().manifest(null).zip(), reason));
            case MANIFEST_INVALID ->
                List.of(signed("manifest-of-markup.zip", ok().manifest(MARKUP).zip(), reason));
            case FILE_MISSING ->
                List.of(signed(
                        "one-file-short.zip",
                        ok().listedOnly("datos/x.json", one).zip(),
                        reason));
            case FILE_UNLISTED ->
                List.of(signed(
                        "one-file-more.zip", ok().unlisted("datos/x.json", one).zip(), reason));
            case FILE_CORRUPT ->
                List.of(signed(
                        "another-file-inside.zip",
                        ok().listedOnly("datos/x.json", one)
                                .unlisted("datos/x.json", bytes("{\"a\": 2}"))
                                .zip(),
                        reason));
            case TYPE_FORBIDDEN ->
                List.of(
                        signed("script.zip", ok().file("datos/x.php", one).zip(), reason),
                        signed(
                                "server-configuration.zip",
                                ok().file(".htaccess", one).zip(),
                                reason),
                        signed("acta.zip", ok().file("datos/acta.png", one).zip(), reason));
            case JSON_INVALID ->
                List.of(
                        signed(
                                "twice.zip",
                                ok().file("datos/x.json", bytes("{\"a\": 1, \"a\": 2}"))
                                        .zip(),
                                reason),
                        signed(
                                "deep.zip",
                                ok().file("datos/x.json", bytes("[".repeat(5_000)))
                                        .zip(),
                                reason));
            case CSV_INVALID ->
                List.of(signed(
                        "null-in-it.zip",
                        ok().file("datos/x.csv", bytes("a,b\n1,\u0000\n")).zip(),
                        reason));
            case EVENT_UNKNOWN ->
                List.of(
                        signed("another-election.zip", ok().event("otra-2024").zip(), reason),
                        signed("event-of-markup.zip", ok().event(MARKUP).zip(), reason));
            case SEQUENCE_CONFLICT ->
                List.of(signed(
                        "taken.zip",
                        folder("site", 1).file("index.html", bytes("another")).zip(),
                        reason));
            case CUT_INVALID ->
                List.of(
                        signed(
                                "tomorrow.zip",
                                ok().cut(OffsetDateTime.now(ZoneOffset.UTC).plusDays(1))
                                        .zip(),
                                reason),
                        signed(
                                "before-the-first.zip",
                                ok().cut(OffsetDateTime.parse("2020-01-01T00:00:00Z"))
                                        .zip(),
                                reason));
            case STORAGE_FAILED -> List.of(signed("on-a-broken-disk.zip", ok().zip(), reason));
        };
    }

    private Sent signed(String file, byte[] archive, Reason reason) {
        return by(file, signers.institute(), archive, archive, reason);
    }

    private static Sent by(String file, ThrowawayKeys signer, byte[] archive, byte[] signedBytes, Reason reason) {
        return new Sent(file, archive, SignedBytes.sign(signer, signedBytes), null, reason);
    }

    private static Sent unsigned(String file, byte[] archive, Reason reason) {
        return new Sent(file, archive, null, null, reason);
    }

    private Folder ok() {
        return folder("data", SEQUENCE).file("datos/avance.json", bytes("[1]"));
    }

    private Folder folder(String kind, int sequence) {
        return new Folder(event, kind, sequence, Folder.START.plusMinutes(sequence));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    private static byte[] joined(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /** What goes into one archive. */
    private static final class Folder {

        static final OffsetDateTime START = OffsetDateTime.parse("2024-06-02T20:00:00-07:00");

        private final Map<String, byte[]> inside = new LinkedHashMap<>();
        private final List<String> listed = new ArrayList<>();
        private final String kind;
        private final int sequence;
        private String event;
        private OffsetDateTime cut;
        private @Nullable String manifest;
        private boolean own;

        Folder(String event, String kind, int sequence, OffsetDateTime cut) {
            this.event = event;
            this.kind = kind;
            this.sequence = sequence;
            this.cut = cut;
        }

        Folder file(String path, byte[] content) {
            return listedOnly(path, content).unlisted(path, content);
        }

        Folder unlisted(String path, byte[] content) {
            inside.put(path, content);
            return this;
        }

        Folder listedOnly(String path, byte[] content) {
            listed.add("{\"path\": \"%s\", \"size\": %d, \"sha256\": \"%s\"}"
                    .formatted(path, content.length, Digest.ofContent(content)));
            return this;
        }

        Folder event(String other) {
            event = other;
            return this;
        }

        Folder cut(OffsetDateTime other) {
            cut = other.truncatedTo(ChronoUnit.SECONDS);
            return this;
        }

        /** @param text instead of the manifest; null for none at all */
        Folder manifest(@Nullable String text) {
            manifest = text;
            own = true;
            return this;
        }

        private Map<String, byte[]> entries() {
            Map<String, byte[]> entries = new LinkedHashMap<>();
            String text = own
                    ? manifest
                    : """
                    {"format": "difusor-package/1", "event": "%s", "kind": "%s", "sequence": %d, "cut": "%s",
                     "final": false, "files": [%s], "remove": []}
                    """.formatted(
                                    event,
                                    kind,
                                    sequence,
                                    DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(cut),
                                    String.join(", ", listed));
            if (text != null) {
                entries.put("manifest.json", bytes(text));
            }
            entries.putAll(inside);
            return entries;
        }

        byte[] zip() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
                for (Map.Entry<String, byte[]> file : entries().entrySet()) {
                    ZipEntry entry = new ZipEntry(file.getKey());
                    entry.setTime(0);
                    zip.putNextEntry(entry);
                    zip.write(file.getValue());
                    zip.closeEntry();
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return bytes.toByteArray();
        }

        byte[] tarWithLink(String name, String target) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
                TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
                link.setLinkName(target);
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
                for (Map.Entry<String, byte[]> file : entries().entrySet()) {
                    TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                    entry.setSize(file.getValue().length);
                    tar.putArchiveEntry(entry);
                    tar.write(file.getValue());
                    tar.closeArchiveEntry();
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return bytes.toByteArray();
        }
    }
}
