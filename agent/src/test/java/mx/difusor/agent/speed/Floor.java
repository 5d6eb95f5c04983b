package mx.difusor.agent.speed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;

/**
 * What no program can do without, timed part by part in a warm JVM: the digest of the package, inflating it, writing its
 * files, and bringing them to the disk. Inflating and writing count half, since two cores can share them.
 */
final class Floor {

    private static final int CORES = 2;

    private final Path folder;
    private int runs;

    Floor(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    double milliseconds(Path zip) throws Exception {
        Path into = Files.createDirectory(folder.resolve(Integer.toString(++runs)));
        double digest = Comparison.whole(() -> Digest.ofContent(Files.readAllBytes(zip)))
                .milliseconds();
        List<String> names = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        double inflate = Comparison.whole(() -> inflate(zip, names, contents)).milliseconds();
        for (String name : names) {
            Files.createDirectories(into.resolve(name).getParent());
        }
        List<Path> files = names.stream().map(into::resolve).toList();
        double write = Comparison.whole(() -> write(files, contents)).milliseconds();
        double sync = Comparison.whole(() -> new LocalDisk().syncAll(into, files, List.of(into)))
                .milliseconds();
        return digest + (inflate + write) / CORES + sync;
    }

    private static void inflate(Path zip, List<String> names, List<byte[]> contents) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (ZipEntry entry :
                    file.stream().filter(one -> !one.isDirectory()).toList()) {
                try (InputStream content = file.getInputStream(entry)) {
                    names.add(entry.getName());
                    contents.add(content.readAllBytes());
                }
            }
        }
    }

    private static void write(List<Path> files, List<byte[]> contents) throws IOException {
        for (int i = 0; i < files.size(); i++) {
            try (FileChannel file =
                    FileChannel.open(files.get(i), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(contents.get(i)));
            }
        }
    }
}
