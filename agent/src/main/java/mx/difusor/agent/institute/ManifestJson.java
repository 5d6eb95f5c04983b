package mx.difusor.agent.institute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.Receipt;

/** {@code manifest.json} as the contract shows it. The same manifest gives the same bytes on every platform. */
final class ManifestJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ManifestJson() {}

    /** UTF-8, two spaces of indentation, ends with a line feed. */
    static byte[] write(Manifest manifest) {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", Manifest.FORMAT);
        root.put("event", manifest.event());
        root.put("kind", manifest.kind().code());
        root.put("sequence", manifest.sequence());
        root.put("cut", Receipt.cut(manifest.cut()));
        root.put("final", manifest.last());
        ArrayNode files = root.putArray("files");
        for (ManifestFile file : manifest.files()) {
            ObjectNode one = files.addObject();
            one.put("path", file.path());
            one.put("size", file.size());
            one.put("sha256", file.sha256().hex());
        }
        ArrayNode remove = root.putArray("remove");
        manifest.remove().forEach(remove::add);
        DefaultIndenter lineFeed = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(lineFeed).withArrayIndenter(lineFeed);
        try {
            return (JSON.writer(printer).writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
