package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.Reason;

/** A manifest comes from the network. */
class ManifestFuzzTest {

    private static final ObjectMapper TREES = new ObjectMapper();

    /** Whatever it is: refused in words, or read as another reader reads it, with paths that are safe. */
    @FuzzTest
    void aManifestIsRefusedOrMeansTheSameToAnotherReader(byte[] json) throws IOException {
        Manifest manifest;
        try {
            manifest = ManifestReader.read(json, FuzzBench.LIMITS);
        } catch (UnreadablePackageException e) {
            assertThat(e.reason()).isIn(Reason.MANIFEST_INVALID, Reason.PATH_UNSAFE);
            assertThat(e.explanation()).isNotBlank().doesNotContainPattern("\\p{Cntrl}");
            return;
        }
        String text = new String(json, StandardCharsets.UTF_8);
        JsonNode tree = TREES.readTree(text.startsWith("\ufeff") ? text.substring(1) : text);
        assertThat(tree.path("format").asText()).isEqualTo("difusor-package/1");
        assertThat(tree.path("event").asText()).isEqualTo(manifest.event());
        assertThat(tree.path("kind").asText()).isEqualTo(manifest.kind().code());
        assertThat(tree.path("sequence").asLong()).isEqualTo(manifest.sequence());
        assertThat(tree.path("final").asBoolean()).isEqualTo(manifest.last());
        expectFiles(tree, manifest);
        List<String> removed = new ArrayList<>();
        tree.path("remove").forEach(path -> removed.add(path.asText()));
        assertThat(removed).isEqualTo(manifest.remove());
        assertThat(removed)
                .allMatch(path -> PackagePath.problem(path, FuzzBench.LIMITS).isEmpty());
    }

    private static void expectFiles(JsonNode tree, Manifest manifest) {
        assertThat(tree.path("files").size()).isEqualTo(manifest.files().size());
        int i = 0;
        for (ManifestFile file : manifest.files()) {
            JsonNode node = tree.path("files").path(i++);
            assertThat(node.path("path").asText()).isEqualTo(file.path());
            assertThat(node.path("size").asLong()).isEqualTo(file.size());
            assertThat(node.path("sha256").asText())
                    .isEqualToIgnoringCase(file.sha256().hex());
            assertThat(PackagePath.problem(file.path(), FuzzBench.LIMITS)).isEmpty();
        }
    }
}
