package mx.difusor.agent.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import mx.difusor.agent.model.Digest;

/** A package made the way an Institute would: a folder, a manifest, a stock archiver, a stock signature. */
public final class PackageFolder {

    private final String event;
    private final String kind;
    private final long sequence;
    private final String cut;
    private boolean last;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final List<String> remove = new ArrayList<>();

    public PackageFolder(String event, String kind, long sequence, String cut) {
        this.event = event;
        this.kind = kind;
        this.sequence = sequence;
        this.cut = cut;
    }

    public PackageFolder file(String path, String text) {
        files.put(path, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public PackageFolder bytes(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    PackageFolder files(String prefix, Map<String, byte[]> all) {
        all.forEach((path, bytes) -> files.put(prefix + path, bytes));
        return this;
    }

    PackageFolder remove(String path) {
        remove.add(path);
        return this;
    }

    PackageFolder last() {
        last = true;
        return this;
    }

    Map<String, byte[]> files() {
        return files;
    }

    /** @param format the file name's extension: zip, tar, tar.gz, tgz, tar.xz, tar.zst */
    public Path archive(Path work, String name, String format) throws IOException {
        Shell.needs("zip", "tar", "gzip", "xz", "zstd");
        Path folder = Files.createTempDirectory(work, "package");
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
        Files.writeString(folder.resolve("manifest.json"), manifest());
        Path archive = work.resolve(name + "." + format).toAbsolutePath();
        Files.deleteIfExists(archive);
        String command = switch (format) {
            case "zip" -> "zip -q -r '%s' .";
            case "tar" -> "tar -cf '%s' .";
            case "tar.gz", "tgz" -> "tar -czf '%s' .";
            case "tar.xz" -> "tar -cJf '%s' .";
            case "tar.zst" -> "tar --zstd -cf '%s' .";
            default -> throw new IllegalArgumentException(format);
        };
        Shell.bash(folder, command.formatted(archive)).ok();
        return archive;
    }

    private String manifest() {
        StringBuilder list = new StringBuilder();
        files.forEach((path, bytes) -> list.append(list.isEmpty() ? "" : ",\n")
                .append("{\"path\": \"%s\", \"size\": %d, \"sha256\": \"%s\"}"
                        .formatted(path, bytes.length, Digest.ofContent(bytes))));
        String removed = String.join(
                ", ", remove.stream().map(path -> "\"" + path + "\"").toList());
        return """
                {"format": "difusor-package/1", "event": "%s", "kind": "%s", "sequence": %d, "cut": "%s",
                 "final": %b, "files": [%s], "remove": [%s]}
                """.formatted(event, kind, sequence, cut, last, list, removed);
    }
}
