package mx.difusor.agent.publish.adopt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;

/** {@code adoptions.json} in the home: which folders were adopted, so that nobody has to remember. */
public final class Adoptions {

    static final int MAX_BYTES = 1 << 20;

    private static final JsonMapper JSON = new JsonMapper();

    private Adoptions() {}

    /**
     * @param docroot the web server's root, now a link
     * @param kept where the folder that was there is
     * @param live the link that it leads to
     * @param at when, in UTC
     */
    public record Adopted(Path docroot, Path kept, Path live, String at) {}

    /** None where there is no such file. */
    public static List<Adopted> read(Home home) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(home.adoptions())) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(home.adoptions() + " is larger than " + MAX_BYTES + " bytes");
        }
        List<Adopted> adopted = new ArrayList<>();
        for (JsonNode one : JSON.readTree(bytes).path("adoptions")) {
            adopted.add(new Adopted(
                    Path.of(one.path("docroot").asText()),
                    Path.of(one.path("kept").asText()),
                    Path.of(one.path("live").asText()),
                    one.path("at").asText()));
        }
        return List.copyOf(adopted);
    }

    static void add(Home home, Disk disk, Adopted adopted) throws IOException {
        List<Adopted> all = without(read(home), adopted.docroot());
        all.add(adopted);
        write(home, disk, all);
    }

    static void remove(Home home, Disk disk, Path docroot) throws IOException {
        List<Adopted> all = read(home);
        List<Adopted> others = without(all, docroot);
        if (others.size() < all.size()) {
            write(home, disk, others);
        }
    }

    private static List<Adopted> without(List<Adopted> all, Path docroot) {
        List<Adopted> others = new ArrayList<>(all);
        others.removeIf(one -> one.docroot().equals(docroot));
        return others;
    }

    private static void write(Home home, Disk disk, List<Adopted> all) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode list = root.putArray("adoptions");
        for (Adopted one : all) {
            list.addObject()
                    .put("docroot", one.docroot().toString())
                    .put("kept", one.kept().toString())
                    .put("live", one.live().toString())
                    .put("at", one.at());
        }
        byte[] bytes = (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
        // Readable: an administrator adopts, and the service's account tells what was adopted.
        disk.replace(home.adoptions(), bytes, Disk.Access.PUBLIC);
    }
}
