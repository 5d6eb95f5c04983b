package mx.difusor.agent.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** {@code archive/<event>/retired.json} of every retired event. One thread writes; any thread reads. */
public final class Retirements {

    static final String FILE = "retired.json";

    /** Beyond any event that an export can hold. */
    static final int MAX_BYTES = 64 << 20;

    private static final JsonMapper JSON = new JsonMapper();

    private final Home home;
    private final Disk disk;
    private final Map<String, Retirement> byEvent = new ConcurrentHashMap<>();

    private Retirements(Home home, Disk disk) {
        this.home = home;
        this.disk = disk;
    }

    /** @throws MachineException {@code archive-unreadable}: what was retired is not to be taken for new on a guess */
    public static Retirements read(Home home, Disk disk) throws MachineException {
        Retirements retirements = new Retirements(home, disk);
        if (Files.isDirectory(home.archive())) {
            try (Stream<Path> events = Files.list(home.archive())) {
                for (Path event : (Iterable<Path>) events::iterator) {
                    if (!Files.isRegularFile(event) && !Files.notExists(event.resolve(FILE))) {
                        Retirement one = read(event.resolve(FILE));
                        retirements.byEvent.put(one.event(), one);
                    }
                }
            } catch (IOException e) {
                throw unreadable(home.archive(), e);
            }
        }
        return retirements;
    }

    public Optional<Retirement> of(String event) {
        return Optional.ofNullable(byEvent.get(event));
    }

    /** Whether a package of these bytes, or of this size where no digest is given, was taken out with its event. */
    public boolean holds(long size, @Nullable Digest sha256) {
        return byEvent.values().stream()
                .flatMap(one -> one.packages().stream())
                .anyMatch(gone ->
                        gone.size() == size && (sha256 == null || gone.sha256().equals(sha256)));
    }

    /** From here on the event is retired, whatever crashes; returns when its folders and rows are gone. */
    void retire(Retirement retirement, Index index) throws IOException, MachineException {
        Retirement earlier = byEvent.get(retirement.event());
        Retirement all = earlier == null ? retirement : retirement.after(earlier);
        Path folder = home.archive().resolve(all.event());
        if (Files.notExists(folder)) { // it was lost, and an export holds what stood there
            disk.createDirectories(folder, Disk.Access.PRIVATE);
        }
        write(all);
        finish(all, index);
    }

    /** What a crash kept from being removed is removed now. */
    void finish(Index index) throws MachineException {
        for (Retirement one : List.copyOf(byEvent.values())) {
            if (one.removing()) {
                try {
                    finish(one, index);
                } catch (IOException e) {
                    throw unreadable(home.archive().resolve(one.event()), e);
                }
            }
        }
    }

    private void finish(Retirement retirement, Index index) throws IOException, MachineException {
        Path event = home.archive().resolve(retirement.event());
        for (Retirement.Gone one : retirement.packages()) {
            Path folder = event.resolve(Long.toString(one.sequence()));
            disk.deleteTree(folder);
            index.remove(home.root().relativize(folder).toString().replace('\\', '/'));
        }
        disk.syncDirectory(event);
        write(retirement.removed());
    }

    /** These packages are here again; an event that misses none is no longer retired. */
    void back(String event, Set<Long> sequences) throws IOException {
        Retirement before = byEvent.get(event);
        if (before == null) {
            return;
        }
        Retirement left = before.without(sequences);
        if (!left.packages().isEmpty()) {
            write(left);
            return;
        }
        Path folder = home.archive().resolve(event);
        disk.delete(folder.resolve(FILE));
        disk.syncDirectory(folder);
        byEvent.remove(event);
    }

    private void write(Retirement retirement) throws IOException {
        List<Map<String, Object>> packages = new ArrayList<>();
        for (Retirement.Gone one : retirement.packages()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("sequence", one.sequence());
            fields.put("package", one.name());
            fields.put("sha256", one.sha256().hex());
            fields.put("size", one.size());
            packages.add(fields);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", retirement.event());
        fields.put("at", retirement.at().toString());
        fields.put("by", retirement.by());
        fields.put("why", retirement.why());
        fields.put("export", retirement.export().hex());
        fields.put("removing", retirement.removing());
        fields.put("packages", packages);
        try {
            byte[] text = (JSON.writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8);
            Path file = home.archive().resolve(retirement.event()).resolve(FILE);
            disk.replace(file, text, Disk.Access.PRIVATE);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        byEvent.put(retirement.event(), retirement);
    }

    private static Retirement read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] text = in.readNBytes(MAX_BYTES + 1);
            if (text.length > MAX_BYTES) {
                throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
            }
            JsonNode node = JSON.readTree(text);
            List<Retirement.Gone> packages = new ArrayList<>();
            for (JsonNode one : node.required("packages")) {
                packages.add(new Retirement.Gone(
                        one.required("sequence").longValue(),
                        one.required("package").textValue(),
                        new Digest(one.required("sha256").textValue()),
                        one.required("size").longValue()));
            }
            return new Retirement(
                    node.required("event").textValue(),
                    Instant.parse(node.required("at").textValue()),
                    node.required("by").textValue(),
                    node.required("why").textValue(),
                    new Digest(node.required("export").textValue()),
                    node.required("removing").booleanValue(),
                    packages);
        } catch (JsonProcessingException e) {
            throw foreign(file, e.getOriginalMessage(), e);
        } catch (RuntimeException e) {
            throw foreign(file, e.getMessage(), e);
        }
    }

    private static IOException foreign(Path file, @Nullable String why, Exception cause) {
        return new IOException(file + " is not what this agent wrote: " + why, cause);
    }

    private static MachineException unreadable(Path path, IOException cause) {
        return new MachineException(
                "archive-unreadable",
                "cannot read what was retired from " + path + ": " + Failures.inWords(cause),
                "check the disk and the permissions there; bring a damaged " + FILE + " back from a backup",
                cause);
    }
}
