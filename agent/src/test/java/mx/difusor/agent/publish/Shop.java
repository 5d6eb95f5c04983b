package mx.difusor.agent.publish;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;

/** Releases for tests that alter them: a file's content is its text. */
final class Shop {

    static final Instant MODIFIED = Instant.parse("2024-06-03T03:00:00Z");

    final Disk disk = new LocalDisk();
    final Home home;
    final Path live;
    final boolean precompress;
    final List<String> provided = new ArrayList<>();
    Publisher publisher;

    Shop(Path folder, boolean precompress) throws IOException {
        this.home = new Home(folder.resolve("home"));
        home.prepare(disk);
        this.live = home.root().resolve("live");
        this.precompress = precompress;
        this.publisher = start();
    }

    /** As after a restart: it knows nothing but what stands on the disk. */
    Publisher start() {
        publisher = new Publisher(home, disk, new SymlinkLiveRoot(live, disk), 8, precompress);
        return publisher;
    }

    Target target(int sequence, Map<String, String> files) {
        List<TreeFile> tree = new ArrayList<>();
        files.forEach((path, text) -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            tree.add(new TreeFile(path, bytes.length, Digest.ofContent(bytes), MODIFIED, sequence));
        });
        Contents contents = (wanted, into) -> {
            for (TreeFile file : wanted) {
                provided.add(file.path());
                byte[] bytes = files.getOrDefault(file.path(), "").getBytes(StandardCharsets.UTF_8);
                disk.write(into.resolve(file.path()), new ByteArrayInputStream(bytes), Disk.Access.PUBLIC);
            }
        };
        return new Target("pel-2024", String.format("%06d", sequence), Tree.of(tree), null, contents);
    }

    /** Shows it and gives what is live then. */
    Release show(int sequence, Map<String, String> files) throws Exception {
        publisher.show(target(sequence, files));
        publisher.precompress();
        return java.util.Objects.requireNonNull(publisher.settled());
    }

    /** As a clumsy or a careful hand would: the file is written in place, and its time is put back. */
    static void alterKeepingSizeAndTime(Path file) throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, before);
    }
}
