package mx.difusor.agent.desk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LimitedInputStream;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.publish.Difference;
import mx.difusor.agent.publish.Findings;
import mx.difusor.agent.publish.Release;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found altered among the live files: {@code evidence/<time>-<release>-<random>/} with {@code incident.json}, which
 * says what was expected and found, and numbered copies of the altered and added files. Closed to other accounts.
 * Bounded; the oldest incidents leave first.
 */
final class Evidence {

    static final String INCIDENT = "incident.json";

    /**
     * @param folders incidents that are kept
     * @param bytes of all of them together; the newest stays whatever its size
     * @param incidentBytes copied in one incident
     * @param fileBytes the beginning of a larger file is kept
     * @param files copied in one incident; all are named
     * @param marginBytes of the disk that copies leave free
     */
    record Limits(int folders, long bytes, long incidentBytes, long fileBytes, int files, long marginBytes) {
        static final Limits DEFAULT = new Limits(100, 1_000_000_000, 128_000_000, 64_000_000, 100, 500_000_000);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Evidence.class);

    private static final String UNFINISHED = ".new-";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Home home;
    private final Disk disk;
    private final Limits limits;

    Evidence(Home home, Disk disk, Limits limits) {
        this.home = home;
        this.disk = disk;
        this.limits = limits;
    }

    /** One incident as it stands on the disk. */
    record Incident(Path folder, Map<String, @Nullable Object> fields) {}

    /** Copies what can be copied. On return it survives a power cut. */
    Incident keep(Release release, String releaseName, Findings findings, Instant at) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("at", Receipt.time(at));
        fields.put("release", releaseName);
        fields.put("tree", release.tree().digest().hex());
        fields.put("differences", findings.count());
        Path beside = home.evidence().resolve(UNFINISHED + UUID.randomUUID());
        disk.createDirectories(beside, Disk.Access.PRIVATE);
        try {
            fields.put("files", copy(release, findings.first(), beside));
            fields.put("replacedBy", null);
            disk.write(beside.resolve(INCIDENT), new ByteArrayInputStream(json(fields)), Disk.Access.PRIVATE);
            disk.sync(beside.resolve(INCIDENT));
            disk.syncDirectory(beside);
            String label = release.folder().getFileName().toString();
            String unique = UUID.randomUUID().toString().substring(0, 8);
            Path folder = home.evidence().resolve(STAMP.format(at) + "-" + label + "-" + unique);
            disk.moveAtomically(beside, folder);
            disk.syncDirectory(home.evidence());
            return new Incident(folder, fields);
        } catch (IOException e) {
            try {
                disk.deleteTree(beside);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /** Which release took the altered one's place. */
    void replaced(Incident incident, String by) throws IOException {
        incident.fields().put("replacedBy", by);
        disk.replace(incident.folder().resolve(INCIDENT), json(incident.fields()), Disk.Access.PRIVATE);
    }

    private List<Map<String, @Nullable Object>> copy(Release release, List<Difference> differences, Path into) {
        List<Map<String, @Nullable Object>> files = new ArrayList<>();
        long left = limits.incidentBytes();
        int copies = 0;
        for (Difference difference : differences) {
            Map<String, @Nullable Object> file = new LinkedHashMap<>();
            file.put("path", difference.path());
            file.put("change", difference.change().code());
            file.put("expected", difference.expected());
            file.put("found", difference.found());
            Path from = release.folder().resolve(difference.path());
            if (Files.isRegularFile(from, LinkOption.NOFOLLOW_LINKS)) {
                long most = copies < limits.files() ? Math.min(limits.fileBytes(), left) : 0;
                String name = Integer.toString(copies + 1);
                long copied = copy(from, into.resolve(name), most, file);
                if (copied >= 0) {
                    file.put("copy", name);
                    copies++;
                    left -= copied;
                }
            }
            files.add(file);
        }
        return files;
    }

    /** @return the bytes copied; negative where there is no copy, which is then said in {@code about} */
    private long copy(Path from, Path to, long most, Map<String, @Nullable Object> about) {
        try (InputStream content = Files.newInputStream(from, LinkOption.NOFOLLOW_LINKS)) {
            long size = Files.size(from);
            if (most <= 0 || disk.freeBytes(home.root()) - Math.min(size, most) < limits.marginBytes()) {
                about.put("note", most <= 0 ? "not copied: the incident is too large" : "not copied: the disk is full");
                return -1;
            }
            MessageDigest sha256 = Digest.sha256();
            LimitedInputStream limited = new LimitedInputStream(content, most);
            disk.write(to, new DigestInputStream(limited, sha256), Disk.Access.PRIVATE);
            disk.sync(to);
            about.put("size", size);
            about.put("copied", limited.bytes());
            about.put("copySha256", Digest.of(sha256.digest()).hex());
            return limited.bytes();
        } catch (IOException e) {
            about.put("note", "not copied: " + Failures.inWords(e));
            discard(to);
            return -1;
        }
    }

    private void discard(Path part) {
        try {
            disk.delete(part);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", part, Failures.inWords(e));
        }
    }

    /** Removes what a crash left, and the oldest until all fit. */
    void makeRoom() throws IOException {
        List<Path> oldestFirst = new ArrayList<>();
        try (Stream<Path> all = Files.list(home.evidence())) {
            for (Path folder : (Iterable<Path>) all.sorted()::iterator) {
                if (folder.getFileName().toString().startsWith(UNFINISHED)) {
                    disk.deleteTree(folder);
                } else if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    oldestFirst.add(folder);
                }
            }
        }
        List<Long> sizes = new ArrayList<>();
        for (Path folder : oldestFirst) {
            sizes.add(bytes(folder));
        }
        long total = sizes.stream().mapToLong(Long::longValue).sum();
        for (int i = 0; i < oldestFirst.size() - 1; i++) {
            if (total <= limits.bytes() && oldestFirst.size() - i <= limits.folders()) {
                return;
            }
            disk.deleteTree(oldestFirst.get(i));
            total -= sizes.get(i);
        }
    }

    private static long bytes(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static byte[] json(Map<String, @Nullable Object> fields) {
        try {
            return (JSON.writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
