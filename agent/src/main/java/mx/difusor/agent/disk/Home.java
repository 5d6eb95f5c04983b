package mx.difusor.agent.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where everything of one installation lies (contract, "Home"). */
public record Home(Path root) {

    public Path keys() {
        return root.resolve("keys");
    }

    public Path trust() {
        return root.resolve("trust");
    }

    public Path tls() {
        return root.resolve("tls");
    }

    /** One folder per uploader: uploads not yet decided. */
    public Path incoming() {
        return root.resolve("incoming");
    }

    /** One folder per uploader: the newest receipt under each package name; what SFTP shows as {@code /acuses}. */
    public Path receipts() {
        return root.resolve("receipts");
    }

    /** {@code archive/<event>/<sequence>/}: the truth. */
    public Path archive() {
        return root.resolve("archive");
    }

    public Path quarantine() {
        return root.resolve("quarantine");
    }

    /** Copies of what was altered among the live files, bounded. */
    public Path evidence() {
        return root.resolve("evidence");
    }

    /** Which release the live root shows, for web servers that want it by name (docs/web-servers.md). */
    public Path liveMap() {
        return root.resolve("live.map");
    }

    public Path releases() {
        return root.resolve("releases");
    }

    /** Unpacked files of packages on their way; on the same file system as the releases that will link them. */
    public Path work() {
        return root.resolve("work");
    }

    public Path index() {
        return root.resolve("index.db");
    }

    /** Stands there while an operator holds the publication. */
    public Path hold() {
        return root.resolve("hold.json");
    }

    /** Stands there while an operator's notice is up. */
    public Path notice() {
        return root.resolve("notice.json");
    }

    /** Stands there while another event is published than the configuration names. */
    public Path activation() {
        return root.resolve("activation.json");
    }

    /** Homes of drills while they last, and their reports. */
    public Path drills() {
        return root.resolve("drills");
    }

    /** The difusor's own waiting page, notice and logo; need not be there. */
    public Path pages() {
        return root.resolve("pages");
    }

    /** Which expired certificates and keys operators let count, and until when. */
    public Path expiryOverrides() {
        return root.resolve("expiry-overrides.json");
    }

    /** Which folders of web servers were turned into links to the live root. */
    public Path adoptions() {
        return root.resolve("adoptions.json");
    }

    /** Which agents can read this home. */
    public Path format() {
        return root.resolve("home.json");
    }

    /** What was decided, published and commanded: lines chained by hash. */
    public Path history() {
        return root.resolve("history.log");
    }

    /** What operators did before there was {@link #history}; nobody writes it any more. */
    public Path operations() {
        return root.resolve("operations.log");
    }

    /** Bearer of the operator's commands; readable by its owner only. */
    public Path operatorToken() {
        return keys().resolve("operator.token");
    }

    /** Locked while an agent runs on this home. */
    public Path lock() {
        return root.resolve("agent.lock");
    }

    /** Makes the folders that are missing. A web server of another user can pass through to the releases, no more. */
    public void prepare(Disk disk) throws IOException {
        disk.createDirectories(root, Disk.Access.PASSABLE);
        for (Path folder :
                new Path[] {keys(), trust(), tls(), incoming(), receipts(), archive(), quarantine(), evidence(), work()
                }) {
            disk.createDirectories(folder, Disk.Access.PRIVATE);
        }
        disk.createDirectories(releases(), Disk.Access.PUBLIC);
    }

    /**
     * Before anything of an earlier process is relied on: what it left half done is cleared, and the names that it made
     * are synced. It may have been killed between a rename and its sync, and what is told about such a name must not be
     * taken back by a power cut. Only while this process owns the home.
     *
     * @return what could not be removed from {@link #work}, and why: another account's, mostly. Names there are never
     *     used twice, so it is in nobody's way, and no reason for a night without data
     */
    public List<String> recover(Disk disk) throws IOException {
        List<String> left = clearWork(disk);
        prepare(disk);
        Unfinished.clear(disk, root());
        for (Path uploader : folders(receipts())) {
            Unfinished.clear(disk, uploader);
        }
        for (Path folder : List.of(archive(), quarantine(), receipts(), releases(), incoming())) {
            for (Path inner : folders(folder)) {
                disk.syncDirectory(inner);
            }
            disk.syncDirectory(folder);
        }
        disk.syncDirectory(root());
        return left;
    }

    private List<String> clearWork(Disk disk) throws IOException {
        if (!Files.isDirectory(work(), LinkOption.NOFOLLOW_LINKS)) {
            disk.deleteTree(work());
            return List.of();
        }
        List<String> left = new ArrayList<>();
        for (Path entry : entries(work())) {
            try {
                disk.deleteTree(entry);
            } catch (IOException e) {
                left.add(entry + ": " + Failures.inWords(e));
            }
        }
        return left;
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    private static List<Path> folders(Path folder) throws IOException {
        return entries(folder).stream().filter(Files::isDirectory).toList();
    }
}
