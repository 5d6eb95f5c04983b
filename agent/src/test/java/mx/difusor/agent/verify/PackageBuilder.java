package mx.difusor.agent.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mx.difusor.agent.model.Digest;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;

/** Makes packages, good ones unless told otherwise. */
final class PackageBuilder {

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, String> members = new LinkedHashMap<>();
    private final List<String> listed = new ArrayList<>();
    private boolean manifest = true;

    private PackageBuilder(String kind) {
        member("format", "\"difusor-package/1\"");
        member("event", "\"pel-2024\"");
        member("kind", "\"" + kind + "\"");
        member("sequence", "17");
        member("cut", "\"2024-06-02T23:45:00-07:00\"");
        member("final", "false");
        member("remove", "[]");
    }

    static PackageBuilder data() {
        return new PackageBuilder("data");
    }

    static PackageBuilder site() {
        return new PackageBuilder("site");
    }

    static PackageBuilder notice() {
        return new PackageBuilder("notice");
    }

    PackageBuilder file(String path, String content) {
        return file(path, content.getBytes(StandardCharsets.UTF_8));
    }

    PackageBuilder file(String path, byte[] content) {
        unlisted(path, content);
        return listed(path, content.length, Digest.ofContent(content).hex());
    }

    /** In the archive, not in the manifest. */
    PackageBuilder unlisted(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    /** In the manifest, not in the archive. */
    PackageBuilder listed(String path, long size, String sha256) {
        listed.add("{\"path\": \"" + path + "\", \"size\": " + size + ", \"sha256\": \"" + sha256 + "\"}");
        return this;
    }

    /** @param json as it shall stand in the manifest */
    PackageBuilder member(String name, String json) {
        members.put(name, json);
        return this;
    }

    PackageBuilder without(String member) {
        members.remove(member);
        return this;
    }

    PackageBuilder withoutManifest() {
        manifest = false;
        return this;
    }

    String manifest() {
        List<String> all = new ArrayList<>();
        members.forEach((name, json) -> all.add("\"" + name + "\": " + json));
        if (!members.containsKey("files")) {
            all.add("\"files\": [" + String.join(", ", listed) + "]");
        }
        return "{" + String.join(",\n", all) + "}\n";
    }

    Map<String, byte[]> entries() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.putAll(files);
        if (manifest) {
            entries.put("manifest.json", manifest().getBytes(StandardCharsets.UTF_8));
        }
        return entries;
    }

    byte[] zip() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : entries().entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    /** Stored, without data descriptors: every byte is where one expects it. */
    byte[] plainZip() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> file : entries().entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                CRC32 crc = new CRC32();
                crc.update(file.getValue());
                entry.setCrc(crc.getValue());
                entry.setSize(file.getValue().length);
                zip.putNextEntry(entry);
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    byte[] tar() {
        return tar(List.of());
    }

    /** @param strange entries that stand before the files */
    byte[] tar(List<TarArchiveEntry> strange) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (TarArchiveEntry entry : strange) {
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
            for (Map.Entry<String, byte[]> file : entries().entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
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

    /** @param name whose extension decides */
    byte[] as(String name) {
        return name.endsWith(".zip") ? zip() : compressed(tar(), name);
    }

    static byte[] compressed(byte[] tar, String name) {
        if (name.endsWith(".tar")) {
            return tar;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = name.endsWith("gz")
                ? new GZIPOutputStream(bytes)
                : name.endsWith("xz") ? new XZCompressorOutputStream(bytes) : new ZstdCompressorOutputStream(bytes)) {
            out.write(tar);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
