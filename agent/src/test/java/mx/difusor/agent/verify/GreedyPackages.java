package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.TarTricksTest.header;
import static mx.difusor.agent.verify.ZipTricksTest.joined;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mx.difusor.agent.model.Digest;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Makes packages that ask for all that the limits allow, and for more. */
final class GreedyPackages {

    private static final int MIB = 1 << 20;
    private static final int DICTIONARY_64_MIB = 28;
    private static final int DICTIONARY_1_GIB = 36;
    private static final int WINDOW_128_MIB = 17 << 3;
    private static final int WINDOW_2_GIB = 21 << 3;
    private static final int TIMES = 3;

    /** Each is an entry and goes through folders down to the last level; the manifest is one more entry. */
    private static final int FILES_WITH_FOLDERS_OF_THEIR_OWN =
            (PackageLimits.MAX_ENTRIES - 1) / PackageLimits.MAX_DEPTH;

    private final Path folder;
    private final Map<String, String> verdicts;

    /** @param verdicts is filled with what each file has to come to, by its name */
    GreedyPackages(Path folder, Map<String, String> verdicts) {
        this.folder = folder;
        this.verdicts = verdicts;
    }

    void make() throws IOException {
        byte[] small = PackageBuilder.data().file("a.txt", "a").tar();
        byte[] xz = PackageBuilder.compressed(small, "p.tar.xz");
        for (int i = 0; i < TIMES; i++) {
            put("xz-9-" + i + ".tar.xz", "ACCEPTED", withDictionary(xz, DICTIONARY_64_MIB));
            put("zstd-long-" + i + ".tar.zst", "ACCEPTED", rawFrame(small, WINDOW_128_MIB));
        }
        put("dictionary-of-1-gib.tar.xz", "ARCHIVE_BOMB", withDictionary(xz, DICTIONARY_1_GIB));
        put("window-of-2-gib.tar.zst", "ARCHIVE_BOMB", rawFrame(small, WINDOW_2_GIB));
        paxHeader();
        overlapping();
        extraFields();
        for (String format : new String[] {"zip", "tar.gz", "tar.xz", "tar.zst"}) {
            zeros("zeros." + format);
        }
        entries("as-many-entries-as-allowed.zip", PackageLimits.MAX_ENTRIES, "ACCEPTED");
        entries("one-entry-too-many.zip", PackageLimits.MAX_ENTRIES + 1, "ARCHIVE_BOMB");
        for (int i = 0; i < TIMES; i++) {
            folders("as-many-folders-as-allowed-" + i + ".zip", FILES_WITH_FOLDERS_OF_THEIR_OWN, "ACCEPTED");
        }
        folders("too-many-folders.zip", FILES_WITH_FOLDERS_OF_THEIR_OWN + 1, "ARCHIVE_BOMB");
        folders("folders-beyond-measure.zip", PackageLimits.MAX_ENTRIES - 1, "ARCHIVE_BOMB");
        foldersInManifest("manifest-of-folders-beyond-measure.zip", PackageLimits.MAX_ENTRIES - 1);
        manifests();
        contents();
    }

    private void put(String name, String verdict, byte[] archive) throws IOException {
        verdicts.put(name, verdict);
        Files.write(folder.resolve(name), archive);
    }

    private void manifests() throws IOException {
        put("manifest-of-100000-files.zip", "MANIFEST_INVALID", listing(100_000, 10));
        for (int i = 0; i < TIMES; i++) {
            put("manifest-of-15-mib-" + i + ".zip", "FILE_MISSING", listing(49_000, 200));
        }
        put("manifest-of-17-mib.zip", "MANIFEST_INVALID", listing(49_999, 237));
        String deep = "[".repeat(100_000);
        put(
                "nested-manifest.zip",
                "MANIFEST_INVALID",
                PackageBuilder.data().member("event", deep).zip());
    }

    /** Lists files that are not there. */
    private static byte[] listing(int count, int pathLength) {
        PackageBuilder builder = PackageBuilder.data();
        String nothing = Digest.ofContent(new byte[0]).hex();
        for (int i = 0; i < count; i++) {
            builder.listed(path(i, pathLength), 0, nothing);
        }
        return builder.zip();
    }

    /** Of names with 100 characters at most. */
    private static String path(int number, int length) {
        String name = number + ".txt";
        StringBuilder path = new StringBuilder("x".repeat(Math.max(0, length - name.length())));
        for (int at = 100; at < path.length(); at += 101) {
            path.setCharAt(at, '/');
        }
        return path + name;
    }

    private void contents() throws IOException {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        put(
                "nested.zip",
                "JSON_INVALID",
                PackageBuilder.data().file("a.json", deep).zip());
        long200("json-string-of-200-mb.zip", "JSON_INVALID", "a.json", "[\"", "\"]");
        // In a file that is no base a line may have any length.
        long200("csv-line-of-200-mb.zip", "ACCEPTED", "a.csv", "a,", "\n");
    }

    /** Too many different bytes to be a bomb. */
    private void long200(String name, String outcome, String path, String start, String end) throws IOException {
        byte[] piece = new byte[MIB];
        long state = 1;
        for (int i = 0; i < piece.length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            piece[i] = (byte) ('A' + ((state >>> 33) & 15));
        }
        MessageDigest sha256 = Digest.sha256();
        long size = start.length() + 200L * MIB + end.length();
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            zip.setLevel(1);
            zip.putNextEntry(new ZipEntry(path));
            write(zip, sha256, start.getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 200; i++) {
                write(zip, sha256, piece);
            }
            write(zip, sha256, end.getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("manifest.json"));
            String manifest = PackageBuilder.data()
                    .listed(path, size, Digest.of(sha256.digest()).hex())
                    .manifest();
            zip.write(manifest.getBytes(StandardCharsets.UTF_8));
        }
        verdicts.put(name, outcome);
    }

    private static void write(OutputStream out, MessageDigest sha256, byte[] bytes) throws IOException {
        sha256.update(bytes);
        out.write(bytes);
    }

    /** The manifest and the one folder of all the others among them. */
    private void entries(String name, int count, String verdict) throws IOException {
        PackageBuilder builder = PackageBuilder.data();
        for (int i = 0; i < count - 2; i++) {
            builder.file(path(i, 180), new byte[0]);
        }
        put(name, verdict, builder.zip());
    }

    /** Each file at the end of as many folders, with paths as long, as one may have; no two files share a folder. */
    private void folders(String name, int count, String verdict) throws IOException {
        PackageBuilder builder = PackageBuilder.data();
        for (int i = 0; i < count; i++) {
            builder.file(deepPath(i), new byte[0]);
        }
        put(name, verdict, builder.zip());
    }

    private void foldersInManifest(String name, int count) throws IOException {
        PackageBuilder builder = PackageBuilder.data();
        String nothing = Digest.ofContent(new byte[0]).hex();
        for (int i = 0; i < count; i++) {
            builder.listed(deepPath(i), 0, nothing);
        }
        put(name, "MANIFEST_INVALID", builder.zip());
    }

    private static String deepPath(int number) {
        int last = PackageLimits.MAX_DEPTH - 1;
        String first = String.format(Locale.ROOT, "%014d/", number);
        return first + "abcdefghijklmn/".repeat(last - 1) + "abcdefghij.txt";
    }

    /** 60 MB of zeros as the value of one key, in 58 kB. */
    private void paxHeader() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(header("pax", 'x', 60L * MIB));
            for (int i = 0; i < 60; i++) {
                gzip.write(new byte[MIB]);
            }
        }
        put("pax-header-of-60-mib.tar.gz", "ARCHIVE_BOMB", out.toByteArray());
    }

    /** A thousand entries that share one run of compressed bytes. */
    private void overlapping() throws IOException {
        ForgedZip zip = ForgedZip.of(PackageBuilder.data().file("a.txt", new byte[MIB]), true);
        byte[] once = zip.bytes();
        ForgedZip.Entry first = zip.first();
        zip.entries.clear();
        for (int i = 0; i < 1000; i++) {
            zip.entries.add(first);
        }
        byte[] all = zip.bytes();
        int length = 46 + first.name.length;
        byte[] one = Arrays.copyOfRange(all, all.length - 22 - 1000 * length, all.length - 22 - 999 * length);
        byte[] data = Arrays.copyOf(once, 30 + first.name.length + first.data.length);
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) {
            directory.writeBytes(one);
        }
        byte[] end = ForgedZip.end(1000, directory.size(), data.length, new byte[0]);
        put("overlapping.zip", "ARCHIVE_BOMB", joined(data, directory.toByteArray(), end));
    }

    /** Of no length, each with an id of its own: an object each to the library. */
    private void extraFields() throws IOException {
        int entries = ZipStructure.MAX_EXTRA_FIELDS / ZipHeader.MAX_EXTRA_FIELDS;
        byte[] most = ForgedZipExtraTest.fields(ZipHeader.MAX_EXTRA_FIELDS, 0);
        byte[] beyond = ForgedZipExtraTest.fields(16_300, 0);
        byte[] none = {};
        for (int i = 0; i < TIMES; i++) {
            put("extra-fields-of-the-directory-" + i + ".zip", "ACCEPTED", withExtra(entries, most, none));
            put("extra-fields-of-the-entries-" + i + ".zip", "ACCEPTED", withExtra(entries, none, most));
        }
        put("too-many-extra-fields.zip", "ARCHIVE_BOMB", withExtra(entries, most, most));
        put("directory-of-extra-fields-beyond-measure.zip", "ARCHIVE_BOMB", withExtra(480, beyond, none));
        put("entries-of-extra-fields-beyond-measure.zip", "ARCHIVE_BOMB", withExtra(480, none, beyond));
    }

    private static byte[] withExtra(int count, byte[] central, byte[] local) {
        PackageBuilder builder = PackageBuilder.data();
        for (int i = 0; i < count; i++) {
            builder.file(i + ".txt", new byte[0]);
        }
        ForgedZip zip = ForgedZip.of(builder, false);
        zip.entries.subList(0, count).forEach(entry -> {
            entry.extra = central;
            entry.localExtra = local;
        });
        return zip.bytes();
    }

    private void zeros(String name) throws IOException {
        int size = 300 * MIB;
        try (OutputStream file = Files.newOutputStream(folder.resolve(name));
                OutputStream out = compressor(name, file)) {
            if (out instanceof ZipOutputStream zip) {
                zip.putNextEntry(new ZipEntry("zeros.txt"));
            } else {
                out.write(header("zeros.txt", '0', size));
            }
            for (int i = 0; i < 301; i++) {
                out.write(new byte[MIB]);
            }
        }
        verdicts.put(name, "ARCHIVE_BOMB");
    }

    private static OutputStream compressor(String name, OutputStream file) throws IOException {
        return name.endsWith("zip")
                ? new ZipOutputStream(file)
                : name.endsWith("gz")
                        ? new GZIPOutputStream(file)
                        : name.endsWith("xz")
                                ? new XZOutputStream(file, new LZMA2Options(0))
                                : new ZstdCompressorOutputStream(file);
    }

    /** The first block's header (xz file format 1.2.1, section 3.1), its CRC made to fit. */
    static byte[] withDictionary(byte[] xz, int code) {
        byte[] changed = xz.clone();
        int start = 12;
        int length = (changed[start] + 1) * 4;
        changed[start + 4] = (byte) code;
        CRC32 crc = new CRC32();
        crc.update(changed, start, length - 4);
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(start + length - 4, (int) crc.getValue());
        return changed;
    }

    /** One frame of raw blocks (RFC 8878, section 3.1.1). */
    static byte[] rawFrame(byte[] content, int window) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) window});
        int most = 1 << 16;
        for (int at = 0; at < content.length; at += most) {
            int size = Math.min(most, content.length - at);
            int block = size << 3 | (at + size == content.length ? 1 : 0);
            out.writeBytes(new byte[] {(byte) block, (byte) (block >>> 8), (byte) (block >>> 16)});
            out.write(content, at, size);
        }
        return out.toByteArray();
    }
}
