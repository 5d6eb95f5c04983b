package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.TreeFile;
import mx.difusor.agent.publish.Contents;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.UnreadablePackageException;
import org.jspecify.annotations.Nullable;

/** A tree's bytes: from the folder where the newest package was just unpacked, else out of the archived packages. */
final class PackageContents implements Contents {

    private final History history;
    private final Archive archive;
    private final PackageReader reader;
    private final Disk disk;
    private final Map<Long, Path> unpacked;

    PackageContents(History history, Archive archive, PackageReader reader, Disk disk, Map<Long, Path> unpacked) {
        this.history = history;
        this.archive = archive;
        this.reader = reader;
        this.disk = disk;
        this.unpacked = unpacked;
    }

    /** What was just unpacked, where the tree takes all of it and needs nothing else. */
    @Override
    public @Nullable Path ready(List<TreeFile> files) {
        long sequence = files.get(0).source();
        Path ready = unpacked.get(sequence);
        if (ready == null || !Files.isDirectory(ready)) {
            return null;
        }
        int brought = history.manifest(source(sequence)).files().size();
        boolean all = files.size() == brought && files.stream().allMatch(file -> file.source() == sequence);
        return all ? ready : null;
    }

    @Override
    public void provide(List<TreeFile> files, Path folder) throws IOException {
        Map<Long, Set<String>> wanted = new TreeMap<>();
        for (TreeFile file : files) {
            wanted.computeIfAbsent(file.source(), sequence -> new HashSet<>()).add(file.path());
        }
        for (Map.Entry<Long, Set<String>> source : wanted.entrySet()) {
            Path ready = unpacked.get(source.getKey());
            if (ready == null || !Files.isDirectory(ready)) {
                extract(source.getKey(), source.getValue(), folder);
            } else {
                for (String path : source.getValue()) {
                    disk.linkOrCopy(ready.resolve(path), folder.resolve(path), Disk.Access.PUBLIC);
                }
            }
        }
    }

    private void extract(long sequence, Set<String> paths, Path folder) throws IOException {
        AcceptedPackage one = source(sequence);
        Path file = archive.file(one);
        // A whole package with another manifest would satisfy the reader, and history would not notice.
        if (!one.digest().equals(digest(file))) {
            throw new LostPackageException("the archived package " + file
                    + " is damaged: its bytes are not those of its receipt; see `difusor archive check`");
        }
        try {
            reader.extract(file, one.fileName(), paths, folder, disk);
        } catch (UnreadablePackageException e) {
            throw new LostPackageException("the archived package " + file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static Digest digest(Path file) throws IOException {
        try {
            return FileDigest.of(file);
        } catch (NoSuchFileException e) {
            throw new LostPackageException("the archived package " + file + " is gone", e);
        }
    }

    private AcceptedPackage source(long sequence) {
        return history.get(sequence)
                .orElseThrow(() -> new IllegalStateException("a tree's source is not in its history: " + sequence));
    }
}
